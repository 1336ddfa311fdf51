package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.client.trust.KnownHosts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the README, compiled and run as it stands but for the server's port. */
class ReadmeTest {

  private static final Path README = Path.of("README.md");
  private static final int LINES_MAX = 30;

  @TempDir private Path folder;

  @BeforeEach
  void ownHome() {
    System.setProperty(KnownHosts.HOME_PROPERTY, folder.resolve("home").toString());
  }

  @AfterEach
  void usualHome() {
    System.clearProperty(KnownHosts.HOME_PROPERTY);
  }

  /** The first block of that language that contains {@code text}. */
  private static String block(String language, String text) throws IOException {
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(README));
    while (blocks.find()) {
      if (blocks.group(1).contains(text)) {
        return blocks.group(1);
      }
    }
    throw new AssertionError("the README has no block of " + language + " with " + text);
  }

  private void run(String name, String source) throws ReflectiveOperationException, IOException {
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                problems,
                problems,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                file.toString());
    assertThat(result).as(problems.toString(StandardCharsets.UTF_8)).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }
  }

  private static String inMain(String name, String imports, String statements) {
    return imports
        + "public class "
        + name
        + " { public static void main(String[] args) {\n"
        + statements
        + "\n} }\n";
  }

  @Test
  void theQuickstartPrintsWhatTheReadmeSays() throws Exception {
    String source = block("java", "class Quickstart");
    assertThat(source.lines().count()).isLessThan(LINES_MAX);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream usual = System.out;
    try (FakeServer server = FakeServer.builder().user("admin", "secret").start()) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      run("Quickstart", source.replace("@localhost", "@localhost:" + server.port()));
    } finally {
      System.setOut(usual);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(block("text", "hello"));
  }

  @Test
  void theLineWithTheClientStandsAsItIs() throws Exception {
    String line = block("java", "poolSize(16)");
    assertThat(line)
        .contains("VelocityClient.builder().endpoint(\"vdb://localhost\").poolSize(16).build()");
    run("Client", inMain("Client", "import io.velocitydb.client.*;\n", line + "\nclient.close();"));
  }

  @Test
  void theLineWithThePoolStandsAsItIs() throws Exception {
    String line = block("java", "new VelocityPool");
    assertThat(line)
        .contains(
            "try (var c = new VelocityPool(\"127.0.0.1:2005\", \"username\", \"password\","
                + " 20).getConnection()) { c.insert(\"key\", \"value\"); }");
    try (FakeServer server = FakeServer.builder().user("username", "password").start()) {
      String here = line.replace("2005", Integer.toString(server.port()));
      run("Pool", inMain("Pool", "import io.velocitydb.client.*;\n", here));
      assertThat(server.received()).isEqualTo(List.of("SET"));
    }
  }

  @Test
  void theFakeServerGoesWrongAsTheReadmeSays() throws IOException {
    String source = block("java", "FakeServer.start()");
    assertThatThrownBy(
            () ->
                run(
                    "Testing",
                    inMain(
                        "Testing",
                        """
                        import io.velocitydb.client.*;
                        import io.velocitydb.client.testing.FakeServer;
                        """,
                        source)))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .isInstanceOf(ConnectionLostException.class)
        .satisfies(error -> assertThat(((VelocityException) error).maybeApplied()).isTrue());
  }
}
