package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.e2e.checkout.Repository;
import io.velocitydb.e2e.process.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shell scripts of the tree: parsed by the shell, and read by shellcheck where it is installed.
 */
final class ScriptsTest {

  static Stream<Path> scripts() {
    return Repository.files().stream().filter(Repository::isText).filter(ScriptsTest::isShell);
  }

  @Test
  void theScriptsThatUsersStartAreFound() {
    assertThat(scripts()).contains(Path.of("mvnw"), Path.of(".ci/run"));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void theShellParsesIt(Path script) {
    Command.of(Repository.root(), List.of("bash", "-n", script.toString())).run().mustSucceed();
  }

  @Test
  void shellcheckFindsNothing() {
    assumeTrue(
        Command.find("shellcheck").isPresent(),
        "shellcheck is not installed: apt-get install shellcheck");
    List<String> words = new ArrayList<>(List.of("shellcheck", "-x", "-P", "SCRIPTDIR"));
    scripts().map(Path::toString).forEach(words::add);

    Command.of(Repository.root(), words).run().mustSucceed();
  }

  private static boolean isShell(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".sh")) {
      return true;
    }
    return !name.contains(".")
        && Repository.read(file).lines().findFirst().orElse("").matches("#!.*\\b(bash|sh)\\b.*");
  }
}
