package io.velocitydb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  /** The examples of the README, compiled and run as they stand there, in a fresh folder. */
  @Test
  void theExamplesRun() throws Exception {
    List<String> examples =
        EXAMPLE
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(examples).hasSize(2);
    assertThat(example(examples.get(0), "first")).isEqualTo(List.of("4711 = paid", "count = 1"));
    assertThat(example(examples.get(0), "first"))
        .as("again")
        .isEqualTo(List.of("4711 = paid", "count = 2"));
    assertThat(example(examples.get(1), "second")).isEqualTo(List.of("paid", "missing"));
  }

  private List<String> example(String example, String folder) throws Exception {
    assertThat(example.lines().count()).as("short enough to copy").isLessThanOrEqualTo(12);
    assertThat(example).contains("Path.of(\"data\")");
    return run(example.replace("Path.of(\"data\")", "Path.of(args[0])"), directory.resolve(folder));
  }

  private List<String> run(String code, Path data) throws Exception {
    String source =
        "import static java.nio.charset.StandardCharsets.UTF_8;\n"
            + "import io.velocitydb.engine.*;\n"
            + "import java.nio.file.Path;\n"
            + "import java.util.*;\n"
            + "public class Example {\n  public static void main(String[] args) {\n"
            + code
            + "  }\n}\n";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int failed =
        compiler
                .getTask(
                    new java.io.OutputStreamWriter(messages, StandardCharsets.UTF_8),
                    null,
                    null,
                    List.of("-d", directory.toString(), "-proc:none"),
                    null,
                    List.of(new Source(source)))
                .call()
            ? 0
            : 1;
    assertThat(failed).as(messages.toString(StandardCharsets.UTF_8)).isZero();
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, Engine.class.getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader
          .loadClass("Example")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {data.toString()});
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String code;

    Source(String code) {
      super(URI.create("string:///Example.java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }
}
