package io.velocitydb.engine.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.infra.processors.JCStressTestProcessor;

/**
 * Runs every {@code *Stress} under jcstress, in processes of their own: for a moment each in the
 * ordinary run, with {@code -Dvelocity.stress=MODE} as long as that mode of jcstress takes
 * ("quick", "default", "tough"), and in all the ways that it compiles the code.
 */
class StressTest {
  /** Native memory of as many states as there are at once must not be much. */
  private static final List<String> STRIDES = List.of("-strideSize", "16", "-strideCount", "16");

  private static final List<String> BRIEFLY =
      List.of("-f", "1", "-iters", "1", "-time", "500", "-sc", "false", "-af", "NONE");

  private static final String FLAGS =
      "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC";

  @TempDir Path folder;

  @Test
  void noOutcomeIsForbidden() throws Exception {
    List<String> tests = tests();
    assertThat(tests).hasSizeGreaterThanOrEqualTo(9);
    String classPath = System.getProperty("java.class.path");
    Path generated = Files.createDirectory(folder.resolve("generated"));
    generate(tests, classPath, generated);

    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(generated + File.pathSeparator + classPath);
    command.add("org.openjdk.jcstress.Main");
    command.addAll(STRIDES);
    String mode = System.getProperty("velocity.stress");
    if (mode == null) {
      command.addAll(BRIEFLY);
      command.addAll(List.of("-jvmArgs", FLAGS));
    } else {
      command.addAll(List.of("-m", mode, "-jvmArgsPrepend", FLAGS));
    }
    String only = System.getProperty("velocity.stress.only");
    if (only != null) {
      command.addAll(List.of("-t", only));
    }
    command.addAll(List.of("-r", folder.resolve("report").toString(), "-v"));
    Path printed = folder.resolve("printed");
    int status =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start()
            .waitFor();
    String says = Files.readString(printed);
    assertThat(status).as(says).isZero();
    for (String test : tests) {
      if (only != null && !test.matches(".*(" + only + ").*")) {
        continue;
      }
      assertThat(says).as("ran").contains(test.substring(test.lastIndexOf('.') + 1));
    }
    assertThat(says.toUpperCase(Locale.ROOT)).doesNotContain("[FAILED]", "[ERROR]");
  }

  /** Names of the classes, from the folder that this one came from. */
  private static List<String> tests() throws Exception {
    Path classes =
        Path.of(StressTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith("Stress.class"))
          .map(file -> file.substring(0, file.length() - ".class".length()))
          .map(file -> file.replace(File.separatorChar, '.'))
          .sorted()
          .toList();
    }
  }

  /** What runs each of them, generated from their annotations. */
  private static void generate(List<String> tests, String classPath, Path into) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            messages,
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8),
            null,
            List.of("-cp", classPath, "-d", into.toString(), "-nowarn"),
            tests,
            List.of());
    task.setProcessors(List.of(new JCStressTestProcessor()));
    assertThat(task.call()).as(messages.toString()).isTrue();
  }
}
