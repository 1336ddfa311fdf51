package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import io.velocitydb.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./mvnw} chooses and says on machines of every kind. Each test makes a machine out of
 * a folder: a PATH that holds only the tools the script itself needs, an empty home, and stand-ins
 * for java and mvn that say who they are. The script is copied and asks for a JDK 99, so that a
 * real JDK of the machine below is never good enough.
 */
final class MvnwTest {

  private static final List<String> TOOLS =
      List.of("bash", "sed", "dirname", "readlink", "mktemp", "mkdir", "chmod", "mv", "rm");

  @TempDir Path machine;
  private Path bin;
  private Path home;

  @BeforeEach
  void makeTheMachine() throws IOException {
    bin = Files.createDirectories(machine.resolve("bin"));
    home = Files.createDirectories(machine.resolve("home"));
    for (String tool : TOOLS) {
      makeExecutable(
          Files.writeString(
              bin.resolve(tool),
              "#!/bin/sh\nexec " + Command.find(tool).orElseThrow() + " \"$@\"\n"));
    }
    Path tree = Files.createDirectories(machine.resolve("tree/src/dist"));
    Files.writeString(
        machine.resolve("tree/mvnw"),
        Repository.read("mvnw").replace("JDK_NEEDED=25", "JDK_NEEDED=99"));
    Files.copy(Repository.root().resolve("src/dist/find-jdk.sh"), tree.resolve("find-jdk.sh"));
    makeExecutable(machine.resolve("tree/mvnw"));
  }

  @Test
  void withoutAJdkItSaysWhichOneToInstall() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.9.9");

    Command.Result result = mvnw().run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errorLines())
        .singleElement()
        .asString()
        .contains("no JDK 99 found", "apt-get install openjdk-99-jdk");
  }

  @Test
  void aJdkOfAnotherReleaseIsNotTaken() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.9.9");
    Path old = makeJdk(machine.resolve("old"), "17.0.1");
    Files.createSymbolicLink(bin.resolve("java"), old.resolve("bin/java"));

    Command.Result result = mvnw().with("JAVA_HOME", old.toString()).run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("no JDK 99 found");
  }

  @Test
  void aRuntimeWithoutACompilerIsNotTaken() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.9.9");
    Path runtime = makeJdk(machine.resolve("runtime"), "99");
    Files.delete(runtime.resolve("bin/javac"));

    Command.Result result = mvnw().with("JAVA_HOME", runtime.toString()).run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("no JDK 99 found");
  }

  @Test
  void javaHomeComesBeforeThePathAndThePathBeforeTheUsualFolders() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.9.9");
    Path usual = makeJdk(home.resolve(".sdkman/candidates/java/99.0.1-tem"), "99.0.1");
    assertThat(javaHomeOf(mvnw())).isEqualTo(usual);

    Path onPath = makeJdk(machine.resolve("on-path"), "99");
    Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
    assertThat(javaHomeOf(mvnw())).isEqualTo(onPath);

    Path named = makeJdk(machine.resolve("named"), "99.0.2");
    assertThat(javaHomeOf(mvnw().with("JAVA_HOME", named.toString()))).isEqualTo(named);
  }

  @Test
  void anOlderJavaHomeGivesWayToAJdkThatFits() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.9.9");
    Path old = makeJdk(machine.resolve("old"), "17.0.1");
    Path usual = makeJdk(home.resolve(".jdks/temurin-99"), "99");

    assertThat(javaHomeOf(mvnw().with("JAVA_HOME", old.toString()))).isEqualTo(usual);
  }

  @Test
  void withoutAMavenItSaysWhatToInstall() throws IOException {
    Command.Result result = withJdk(mvnw()).run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errorLines())
        .singleElement()
        .asString()
        .contains("no Maven found", "apt-get install maven");
  }

  @Test
  void aMavenThatIsNewEnoughIsUsedWithTheArgumentsAsTheyAre() throws IOException {
    for (String version : List.of("3.9.0", "3.9.11", "3.10.1", "4.0.0")) {
      makeMaven(bin.resolve("mvn"), version);

      Command.Result result = withJdk(mvnw("-q", "a b", "-Dx=*")).run().mustSucceed();

      assertThat(result.out()).contains("maven " + version + " <-q> <a b> <-Dx=*>");
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void mavenHomeComesBeforeThePath() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.9.1");
    Path named = machine.resolve("maven");
    makeMaven(Files.createDirectories(named.resolve("bin")).resolve("mvn"), "3.9.2");

    Command.Result result =
        withJdk(mvnw("verify")).with("MAVEN_HOME", named.toString()).run().mustSucceed();

    assertThat(result.out()).contains("maven 3.9.2 <verify>");
  }

  @Test
  void anOlderMavenFetchesANewOneOnceIntoTheCache() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.8.7");

    Command.Result first = withJdk(mvnw("verify")).run().mustSucceed();
    assertThat(first.out()).contains("maven 3.9.11 <verify>");
    assertThat(first.errorLines())
        .singleElement()
        .asString()
        .contains("fetching Apache Maven 3.9.11", "the installed one is 3.8.7");
    try (var cached = Files.list(home.resolve(".cache/velocity/maven"))) {
      assertThat(cached)
          .extracting(p -> p.getFileName().toString())
          .containsExactly("apache-maven-3.9.11");
    }

    Command.Result second = withJdk(mvnw("verify")).run().mustSucceed();
    assertThat(second.out()).contains("maven 3.9.11 <verify>");
    assertThat(second.err()).isEmpty();
  }

  @Test
  void aFetchThatFailsSaysWhatToDoAndLeavesNothingBehind() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.8.7");

    Command.Result result = withJdk(mvnw("verify")).with("FETCH_FAILS", "yes").run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("cannot fetch Apache Maven 3.9.11; install Maven 3.9 or newer");
    try (var cached = Files.list(home.resolve(".cache/velocity/maven"))) {
      assertThat(cached).isEmpty();
    }
  }

  @Test
  void theCacheCanBeElsewhere() throws IOException {
    makeMaven(bin.resolve("mvn"), "3.8.7");
    Path elsewhere = machine.resolve("else where");

    withJdk(mvnw("verify")).with("VELOCITY_CACHE", elsewhere.toString()).run().mustSucceed();

    assertThat(elsewhere.resolve("maven/apache-maven-3.9.11/bin/mvn")).isExecutable();
    assertThat(home.resolve(".cache")).doesNotExist();
  }

  private Command mvnw(String... arguments) {
    List<String> words = new ArrayList<>(List.of(machine.resolve("tree/mvnw").toString()));
    words.addAll(List.of(arguments));
    return Command.of(machine, words).with("PATH", bin.toString()).with("HOME", home.toString());
  }

  private Command withJdk(Command command) throws IOException {
    return command.with("JAVA_HOME", makeJdk(machine.resolve("jdk"), "99.0.1").toString());
  }

  /** The JAVA_HOME that Maven is given. */
  private static Path javaHomeOf(Command command) {
    String out = command.run().mustSucceed().out();
    return Path.of(
        out.lines()
            .filter(l -> l.startsWith("JAVA_HOME="))
            .findFirst()
            .orElseThrow()
            .substring(10));
  }

  private static Path makeJdk(Path folder, String version) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("java", "javac")) {
      makeExecutable(Files.writeString(folder.resolve("bin").resolve(tool), "#!/bin/sh\n"));
    }
    Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return folder;
  }

  /**
   * A stand-in for mvn that colours its version line as real ones do, unpacks a newer stand-in when
   * asked for Apache Maven by its coordinates, and otherwise tells its JAVA_HOME and arguments.
   */
  private static void makeMaven(Path file, String version) throws IOException {
    String script =
        """
        #!/bin/sh
        case "$*" in
        --version) printf '\\033[1mApache Maven VERSION\\033[m\\nJava version: 99\\n' ;;
        *org.apache.maven:apache-maven:3.9.11:zip:bin*)
          [ -z "$FETCH_FAILS" ] || exit 1
          for argument; do case $argument in -DoutputDirectory=*) to=${argument#*=} ;; esac; done
          mkdir -p "$to/apache-maven-3.9.11/bin"
          sed 's/^  VERSION=.*/  VERSION=3.9.11/' "$0" > "$to/apache-maven-3.9.11/bin/mvn" ;;
        *)
          VERSION=_
          echo "JAVA_HOME=$JAVA_HOME"
          printf 'maven %s' "$VERSION"
          printf ' <%s>' "$@"
          echo ;;
        esac
        """;
    makeExecutable(
        Files.writeString(
            file,
            script
                .replace("Maven VERSION", "Maven " + version)
                .replace("VERSION=_", "VERSION=" + version)));
  }

  private static void makeExecutable(Path file) {
    if (!file.toFile().setExecutable(true)) {
      throw new AssertionError("cannot make executable: " + file);
    }
  }
}
