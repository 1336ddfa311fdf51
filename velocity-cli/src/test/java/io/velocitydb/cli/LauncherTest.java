package io.velocitydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The {@code velocity} script in a copy of the repository's outline, with a JDK and a build that
 * only write down how they were called.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final List<String> MODULES =
      List.of(
          "velocity-config",
          "velocity-protocol",
          "velocity-engine",
          "velocity-client",
          "velocity-cli",
          "velocity-server");

  @TempDir Path folder;
  private Path repository;
  private Path java;

  @BeforeEach
  void aRepositoryThatWasNeverBuilt() throws IOException {
    repository = Files.createDirectories(folder.resolve("a repository"));
    copy("velocity");
    copy("src/dist/find-jdk.sh");
    Files.writeString(repository.resolve("pom.xml"), "<project/>");
    for (String module : MODULES) {
      Files.createDirectories(repository.resolve(module).resolve("src/main/java"));
      Files.writeString(repository.resolve(module).resolve("pom.xml"), "<project/>");
      Files.writeString(repository.resolve(module).resolve("src/main/java/A.java"), "class A {}");
    }
    script(
        repository.resolve("mvnw"),
        """
        echo "mvnw $*" >>"$CALLS"
        [ -z "${BREAK:-}" ] || { echo "cannot compile A.java"; exit 1; }
        case "$*" in *velocity-cli*)
          mkdir -p "$HERE/velocity-cli/target/lib" && touch "$HERE/velocity-cli/target/velocity-cli-1.jar" ;;
        esac
        case "$*" in *velocity-server*)
          mkdir -p "$HERE/velocity-server/target/quarkus-app" && touch "$HERE/velocity-server/target/quarkus-app/quarkus-run.jar" ;;
        esac
        """);
    java = folder.resolve("jdk");
    script(
        java.resolve("bin/java"),
        """
        case "$*" in *AOTCacheOutput*) exit 0 ;; esac
        echo "java $*" >>"$CALLS"
        for word in "$@"; do
          case $word in -Dvelocity.plan=*) [ -z "${PLAN:-}" ] || printf '%s\\0' $PLAN >"${word#*=}" ;; esac
        done
        exit "${JAVA_EXIT:-0}"
        """);
    script(java.resolve("bin/javac"), "");
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
  }

  @Test
  void whatIsMissingIsBuiltOnceAndSaidOnce() throws Exception {
    Run first = run("get", "k");
    assertThat(first.err())
        .isEqualTo("velocity: building velocity-cli (the first time takes a few minutes)\n");
    assertThat(first.calls())
        .satisfiesExactly(
            build ->
                assertThat(build)
                    .startsWith("mvnw ")
                    .contains("-pl velocity-cli -am")
                    .contains("-DskipTests package"),
            command ->
                assertThat(command).startsWith("java ").endsWith("velocity-cli-1.jar get k"));

    Run second = run("get", "k");
    assertThat(second.err()).isEmpty();
    assertThat(second.calls()).singleElement().asString().startsWith("java ");
  }

  @Test
  void aServerIsBuiltOnlyForWhatServes() throws Exception {
    Run server = run(Map.of("PLAN", "-Xmx1 -jar server.jar"), "db", "server", "--data-dir", "d d");

    assertThat(server.calls())
        .satisfiesExactly(
            build -> assertThat(build).contains("-pl velocity-cli,velocity-server -am"),
            command ->
                assertThat(command)
                    .contains("-Dvelocity.plan=", "quarkus-run.jar")
                    .endsWith("db server --data-dir d d"),
            becomes -> assertThat(becomes).isEqualTo("java -Xmx1 -jar server.jar"));
  }

  @Test
  void aNewerSourceOrPomOrADeletedFileIsBuiltAgain() throws Exception {
    run("get", "k");
    makeEverythingOld();
    assertThat(run("get", "k").calls()).hasSize(1);

    touch(repository.resolve("velocity-engine/src/main/java/A.java"));
    assertThat(run("get", "k").calls()).hasSize(2);
    assertThat(run("get", "k").calls()).hasSize(1);

    touch(repository.resolve("pom.xml"));
    assertThat(run("get", "k").calls()).hasSize(2);

    touch(repository.resolve("velocity-server/src/main/java/A.java"));
    assertThat(run("get", "k").calls()).as("a client does not need the server").hasSize(1);

    Files.delete(repository.resolve("velocity-client/src/main/java/A.java"));
    assertThat(run("get", "k").calls()).hasSize(2);
  }

  @Test
  void withVelocityBuildNoWhatWasBuiltLastIsRun() throws Exception {
    run("get", "k");
    touch(repository.resolve("velocity-engine/src/main/java/A.java"));

    assertThat(run(Map.of("VELOCITY_BUILD", "no"), "get", "k").calls()).hasSize(1);
  }

  @Test
  void aBrokenBuildIsShownAndNothingIsRun() throws Exception {
    Run run = run(Map.of("BREAK", "yes"), "get", "k");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("cannot compile A.java", "velocity: the build failed; all of its output is in ");
    assertThat(run.calls()).hasSize(1);
  }

  @Test
  void theExitCodeIsTheCommandsOwn() throws Exception {
    assertThat(run(Map.of("JAVA_EXIT", "3"), "get", "k").exitCode()).isEqualTo(3);

    Run refused =
        run(Map.of("JAVA_EXIT", "2", "PLAN", "-jar server.jar"), "db", "server", "--bind", "x");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.calls())
        .as("no server after a refusal")
        .noneMatch(call -> call.equals("java -jar server.jar"));
  }

  @Test
  void keysNamedLikeTheServerAreKeys() throws Exception {
    Run run = run("set", "db", "server");

    assertThat(run.exitCode()).isZero();
    assertThat(run.calls())
        .filteredOn(call -> call.startsWith("java "))
        .singleElement()
        .asString()
        .endsWith("set db server");
  }

  @Test
  void helpOfTheServerNeedsNoServer() throws Exception {
    assertThat(run("db", "server", "--help").calls())
        .noneMatch(call -> call.contains("velocity-server"));
  }

  @Test
  void itRunsFromAnywhereAndThroughASymbolicLink() throws Exception {
    run("get", "k");
    Path link = folder.resolve("bin/v");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of("../a repository/velocity"));

    Run run = start(link, folder, Map.of(), "get", "k");

    assertThat(run.err()).isEmpty();
    assertThat(run.calls()).singleElement().asString().endsWith("velocity-cli-1.jar get k");
  }

  @Test
  void anInstalledOneOnlyRuns() throws Exception {
    Path installed = folder.resolve("opt/velocity");
    Files.createDirectories(installed.resolve("bin"));
    Files.createDirectories(installed.resolve("lib/cli"));
    Files.createDirectories(installed.resolve("lib/server"));
    Files.copy(
        repository.resolve("velocity"),
        installed.resolve("bin/velocity"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(repository.resolve("src/dist/find-jdk.sh"), installed.resolve("lib/find-jdk.sh"));
    Files.createFile(installed.resolve("lib/cli/velocity-cli.jar"));

    Run run = start(installed.resolve("bin/velocity"), folder, Map.of(), "get", "k");
    assertThat(run.err()).isEmpty();
    assertThat(run.calls()).singleElement().asString().contains("lib/cli/velocity-cli.jar get k");

    Run server = start(installed.resolve("bin/velocity"), folder, Map.of(), "db", "server");
    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.err())
        .contains("this installation is not whole", "lib/server/quarkus-run.jar is missing");
  }

  /** What the script said and whom it called. */
  private record Run(int exitCode, String err, List<String> calls) {}

  private Run run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    return start(repository.resolve("velocity"), folder, environment, arguments);
  }

  private Run start(
      Path script, Path directory, Map<String, String> environment, String... arguments)
      throws Exception {
    Path calls = folder.resolve("calls");
    Files.deleteIfExists(calls);
    Files.createFile(calls);
    List<String> words = new ArrayList<>(List.of(script.toString()));
    words.addAll(List.of(arguments));
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("VELOCITY_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "JAVA_HOME",
                java.toString(),
                "CALLS",
                calls.toString(),
                "HERE",
                repository.toString()));
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Run(exitCode, Files.readString(err), Files.readAllLines(calls));
  }

  private void copy(String path) throws IOException {
    Path target = repository.resolve(path);
    Files.createDirectories(target.getParent());
    Files.copy(Path.of("..").resolve(path), target, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + body, StandardCharsets.UTF_8);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** As if all of it had been written an hour ago, the jars a little later than the sources. */
  private void makeEverythingOld() throws IOException {
    Instant hourAgo = Instant.now().minusSeconds(3_600);
    try (var files = Files.walk(repository)) {
      for (Path file : files.toList()) {
        boolean built = file.toString().endsWith(".jar");
        Files.setLastModifiedTime(file, FileTime.from(built ? hourAgo.plusSeconds(60) : hourAgo));
      }
    }
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
  }
}
