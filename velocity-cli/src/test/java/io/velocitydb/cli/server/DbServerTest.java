package io.velocitydb.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.config.Machine;
import io.velocitydb.config.MemoryPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DbServerTest {
  @TempDir Path folder;

  @BeforeEach
  void asTheLauncherCallsIt() throws IOException {
    System.setProperty("velocity.plan", folder.resolve("plan").toString());
    System.setProperty("velocity.server.jar", "/opt/velocity/lib/server/quarkus-run.jar");
    Files.createFile(folder.resolve("plan"));
  }

  @AfterEach
  void clear() {
    System.clearProperty("velocity.plan");
    System.clearProperty("velocity.server.jar");
  }

  @Test
  void flagsBecomeSystemPropertiesOfTheServer() throws IOException {
    Path config = Files.writeString(folder.resolve("my.toml"), "[server]\nmax_connections = 5\n");

    Result result =
        run(
            "--bind",
            "127.0.0.1:0",
            "--management",
            "127.0.0.1:0",
            "--data-dir",
            "./my data",
            "--no-tls",
            "--config",
            config.toString(),
            "--memory-limit",
            "64MiB",
            "--verbose");

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(plan())
        .contains(
            "-Dvelocity.config=" + config,
            "-Dvelocity.flag.server.bind_address=127.0.0.1:0",
            "-Dvelocity.flag.server.management_bind_address=127.0.0.1:0",
            "-Dvelocity.flag.server.data_dir=./my data",
            "-Dvelocity.flag.server.enable_tls=false",
            "-Dvelocity.flag.database.memory_limit=64MiB",
            "-Dvelocity.flag.logging.level=debug")
        .endsWith("-jar", "/opt/velocity/lib/server/quarkus-run.jar");
  }

  @Test
  void wrongFlagsAndFilesStopItBeforeAnythingStarts() throws IOException {
    Path config = Files.writeString(folder.resolve("bad.toml"), "[server]\nbind_adress = \"x\"\n");

    assertThat(run("--config", config.toString()).err())
        .isEqualTo(
            "velocity: "
                + config
                + ":2:1: unknown key server.bind_adress; did you mean server.bind_address?\n");
    assertThat(run("--config", "nowhere.toml").err())
        .startsWith("velocity: nowhere.toml: there is no such file");
    assertThat(run("--bind", "nonsense").exitCode()).isEqualTo(2);
    assertThat(run("--bind", "0.0.0.0:2005", "--no-tls").err())
        .contains("without TLS the server listens on loopback only");
    assertThat(run("--memory-limit", "60TiB").err()).contains("does not fit");
    assertThat(run("--http", "nonsense").exitCode()).isEqualTo(2);
    assertThat(plan()).isEmpty();
  }

  @Test
  void theHttpFlagOfLaterVersionsIsTakenWithAWarning() throws IOException {
    Result result = run("--http", "127.0.0.1:2006");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("no HTTP interface yet");
    assertThat(plan()).isNotEmpty();
  }

  @Test
  void helpPlansNothing() throws IOException {
    assertThat(run("--help").exitCode()).isZero();
    assertThat(plan()).isEmpty();
  }

  @Test
  void withoutTheLauncherItSaysSo() {
    System.clearProperty("velocity.plan");

    assertThat(run().err()).contains("run the velocity script");
    assertThat(run().exitCode()).isEqualTo(2);
  }

  @Test
  void memoryIsHandedOutByThePlanAndTheUsersOptionsWin() throws Exception {
    MemoryPlan memory =
        MemoryPlan.of(new Machine(8L << 30, OptionalLong.of(1L << 30)), Optional.empty());

    assertThat(arguments(memory, List.of()))
        .contains("-XX:MaxDirectMemorySize=" + memory.network(), "-XX:+UseG1GC")
        .endsWith("-jar", "run.jar");
    assertThat(arguments(memory, List.of("-Xmx1g")))
        .containsSubsequence("-Xmx" + memory.heap(), "-Xmx1g", "-jar", "run.jar");
    assertThat(arguments(memory, List.of("-XX:+UseZGC")))
        .as("Java refuses to choose between two collectors")
        .contains("-XX:+UseZGC")
        .doesNotContain("-XX:+UseG1GC");
  }

  private static List<String> arguments(MemoryPlan memory, List<String> options) {
    return ServerPlan.of(Path.of("run.jar"), memory, Map.of(), Optional.empty(), options)
        .arguments();
  }

  private List<String> plan() throws IOException {
    String text = Files.readString(folder.resolve("plan"));
    return text.isEmpty()
        ? List.of()
        : List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  private Result run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "db";
    all[1] = "server";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return new CommandLineUnderTest(folder).run(all);
  }
}
