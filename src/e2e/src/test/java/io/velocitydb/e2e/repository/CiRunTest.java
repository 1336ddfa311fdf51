package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import io.velocitydb.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code .ci/run} makes of a build's reports. Each test gives it a small tree of two modules,
 * whose {@code ./mvnw} is a stand-in that leaves the reports of a build and ends as that build
 * would. Nothing is installed: the stand-ins for {@code dpkg} say that all packages are there, and
 * those for the generators and for {@code python3} end as a test wants.
 */
final class CiRunTest {

  private static final String PASSING =
      """
      <testsuite name="AlphaTest" time="0.1" tests="2" errors="0" skipped="0" failures="0">
        <testcase name="works" classname="x.AlphaTest" time="0.1"/>
        <testcase name="worksToo" classname="x.AlphaTest" time="0.1"/>
      </testsuite>
      """;

  private static final String MIXED =
      """
      <testsuite name="BetaTest" time="0.1" tests="4" errors="1" skipped="1" failures="1">
        <testcase name="works" classname="x.BetaTest" time="0.1"/>
        <testcase name="isSkipped" classname="x.BetaTest" time="0.1"><skipped/></testcase>
        <testcase name="breaks" classname="x.BetaTest" time="0.1">
          <failure message="expected &quot;a&quot; &amp; &lt;b&gt;&#10;more" type="x">at x</failure>
        </testcase>
        <testcase name="throws" classname="x.BetaTest" time="0.1">
          <error message="no such file" type="y"><![CDATA[at y
          <testcase name="printed" classname="z"><failure message="printed"/>
          ]]></error>
        </testcase>
      </testsuite>
      """;

  @TempDir Path tree;

  @BeforeEach
  void makeTheTree() throws IOException {
    Files.createDirectories(tree.resolve(".ci"));
    Path run = tree.resolve(".ci/run");
    Files.copy(Repository.root().resolve(".ci/run"), run);
    executable(run);
    Files.writeString(
        tree.resolve("pom.xml"),
        "<modules>\n  <module>alpha</module>\n  <module>src/beta</module>\n</modules>\n");
    Path bin = Files.createDirectories(tree.resolve("bin"));
    executable(
        Files.writeString(bin.resolve("dpkg"), "#!/bin/sh\necho 'Status: install ok installed'\n"));
    executable(Files.writeString(bin.resolve("mvn"), "#!/bin/sh\nexit 1\n"));
    Path vectors = Files.createDirectories(tree.resolve("src/protocol/vectors"));
    Files.writeString(vectors.resolve("requirements.txt"), "one==1\n");
    Files.writeString(vectors.resolve("make_vectors.py"), "read by no real Python\n");
    generatorEndsWith(0);
    pythonEndsWith(0, 0);
  }

  @Test
  void aGoodBuildEndsWithTheSumsOfAllReports() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "failsafe", PASSING), "true");

    Command.Result result = run().mustSucceed();

    assertThat(lastLine(result)).isEqualTo("4 passed, 0 failed, 0 skipped");
    assertThat(result.out()).contains("alpha: 2 tests, 0 failed, 0 skipped");
  }

  @Test
  void itRunsTheCommandOfTheReadmeWithoutInputAndInBatchMode() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING),
        report("src/beta", "surefire", PASSING),
        "echo \"arguments: <$*> <$MAVEN_ARGS>\"; if read -r x; then echo input; fi");

    Command.Result result = run().mustSucceed();

    assertThat(result.out())
        .contains("arguments: <verify> <--batch-mode --fail-at-end")
        .doesNotContain("input");
    assertThat(Repository.read("README.md")).contains("\n./mvnw verify\n");
  }

  @Test
  void eachFailingTestIsNamedWithItsMessage() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "failsafe", MIXED), "exit 1");

    Command.Result result = run().mustEndWith(1);

    assertThat(result.out())
        .contains("src/beta: 4 tests, 2 failed, 1 skipped")
        .contains("FAILED x.BetaTest.breaks: expected \"a\" & <b>\n")
        .contains("FAILED x.BetaTest.throws: no such file\n")
        .doesNotContain("printed");
    assertThat(lastLine(result)).isEqualTo("3 passed, 2 failed, 1 skipped");
  }

  @Test
  void aFailingTestFailsTheRunEvenIfMavenSaysOtherwise() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "failsafe", MIXED), "true");

    run().mustEndWith(1);
  }

  @Test
  void aModuleWithoutTestsFailsTheRun() throws IOException {
    buildLeaves(report("alpha", "surefire", PASSING), "true", "true");

    Command.Result result = run().mustEndWith(1);

    assertThat(result.out()).contains("FAILED src/beta ran no test");
    assertThat(lastLine(result)).isEqualTo("2 passed, 0 failed, 0 skipped");
  }

  @Test
  void reportsOfAnEarlierRunDoNotCount() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "true");
    run().mustSucceed();
    buildLeaves("true", "true", "exit 1");

    Command.Result result = run().mustEndWith(1);

    assertThat(result.out()).contains("./mvnw verify ended with 1", "alpha ran no test");
    assertThat(lastLine(result)).isEqualTo("0 passed, 0 failed, 0 skipped");
  }

  @Test
  void aBuildThatBreaksWithoutAFailingTestFailsTheRunWithItsExitCode() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "exit 7");

    assertThat(run().mustEndWith(7).out()).contains("./mvnw verify ended with 7");
  }

  @Test
  void packagesThatCannotBeInstalledAreSaidAndTheTestsRun() throws IOException {
    Path bin = tree.resolve("bin");
    executable(Files.writeString(bin.resolve("dpkg"), "#!/bin/sh\nexit 1\n"));
    executable(Files.writeString(bin.resolve("apt-get"), "#!/bin/sh\nexit 100\n"));
    executable(Files.writeString(bin.resolve("sudo"), "#!/bin/sh\nexit 1\n"));
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "true");

    assertThat(run().mustSucceed().out()).contains("could not install wamerican-insane openssl");
  }

  @Test
  void bothChecksOfTheProtocolAreAsked() throws IOException {
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "true");

    Command.Result result = run().mustSucceed();

    assertThat(result.out())
        .contains("generate <--check>")
        .contains("python <src/protocol/vectors/make_vectors.py --check>")
        .doesNotContain("skipped src", "skipped make");
  }

  @Test
  void generatedCodeThatIsNotOfTheSchemaFailsTheRun() throws IOException {
    generatorEndsWith(1);
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "true");

    Command.Result result = run().mustEndWith(1);

    assertThat(result.out()).contains("  FAILED src/protocol/generate --check\n");
    assertThat(lastLine(result)).isEqualTo("4 passed, 0 failed, 0 skipped");
  }

  @Test
  void testVectorsThatTheirScriptDoesNotMakeFailTheRun() throws IOException {
    pythonEndsWith(0, 1);
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "true");

    assertThat(run().mustEndWith(1).out())
        .contains("  FAILED src/protocol/vectors/make_vectors.py --check\n");
  }

  @Test
  void withoutTheRegistriesBothChecksAreSkippedAndSaidSo() throws IOException {
    generatorEndsWith(3);
    pythonEndsWith(1, 0);
    buildLeaves(
        report("alpha", "surefire", PASSING), report("src/beta", "surefire", PASSING), "true");

    assertThat(run().mustSucceed().out())
        .containsOnlyOnce("ci: skipped src/protocol/generate --check: npm")
        .containsOnlyOnce("ci: skipped make_vectors.py --check: Python 3");
  }

  private void generatorEndsWith(int code) throws IOException {
    executable(
        Files.writeString(
            tree.resolve("src/protocol/generate"),
            "#!/bin/sh\necho \"generate <$*>\"\nexit %d\n".formatted(code)));
  }

  /** A {@code python3} whose environments' {@code pip} and other scripts end with these codes. */
  private void pythonEndsWith(int pip, int script) throws IOException {
    executable(
        Files.writeString(
            tree.resolve("bin/python3"),
            """
            #!/bin/sh
            mkdir -p "$3/bin"
            cat > "$3/bin/python" <<'END'
            #!/bin/sh
            [ "$2" != pip ] || exit %d
            echo "python <$*>"
            exit %d
            END
            chmod +x "$3/bin/python"
            """
                .formatted(pip, script)));
  }

  private Command.Result run() {
    return Command.of(tree, List.of(tree.resolve(".ci/run").toString()))
        .with("PATH", tree.resolve("bin") + ":" + System.getenv("PATH"))
        .run();
  }

  private void buildLeaves(String... steps) throws IOException {
    executable(
        Files.writeString(tree.resolve("mvnw"), "#!/bin/sh\n" + String.join("\n", steps) + "\n"));
  }

  private static String report(String module, String plugin, String xml) {
    String folder = module + "/target/" + plugin + "-reports";
    return "mkdir -p %s\ncat > %s/TEST-x.xml <<'END'\n%sEND".formatted(folder, folder, xml);
  }

  private static String lastLine(Command.Result result) {
    return result.out().lines().toList().getLast();
  }

  private static void executable(Path file) {
    if (!file.toFile().setExecutable(true)) {
      throw new AssertionError("cannot make executable: " + file);
    }
  }
}
