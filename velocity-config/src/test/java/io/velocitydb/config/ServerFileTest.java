package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerFileTest {
  private static final long NO_SUCH_PID = (1L << 22) + 1;

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    ServerFile full =
        new ServerFile(
            42,
            "0.1.0",
            new HostPort("::1", 2005),
            Optional.of(new HostPort("127.0.0.1", 2006)),
            Optional.of(new HostPort("127.0.0.1", 2007)),
            Optional.of(new HostPort("127.0.0.1", 6379)),
            Path.of("/d\"ata/admin.sock"),
            Optional.of("SHA256:abc"),
            Instant.parse("2026-01-02T03:04:05.678Z"));
    full.write(file());
    assertThat(ServerFile.read(file())).contains(full);

    ServerFile spare = own();
    spare.write(file());
    assertThat(ServerFile.read(file())).contains(spare);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void theFieldsHaveTheNamesThatScriptsRelyOn() throws IOException {
    own().write(file());

    assertThat(Files.readString(file()))
        .contains("\"pid\" : ", "\"version\"", "\"vproto\" : \"127.0.0.1:2005\"", "\"http\" : null")
        .contains(
            "\"management\"", "\"resp\"", "\"admin_socket\"", "\"fingerprint\"", "\"started\"");
  }

  @Test
  void noFileIsNoServer() throws IOException {
    assertThat(ServerFile.read(file())).isEmpty();
  }

  @Test
  void aFieldOfANewerServerIsPassedOver() throws IOException {
    own().write(file());
    Files.writeString(
        file(), Files.readString(file()).replaceFirst("\\{", "{\"new\": {\"pid\": [1, {}]},"));

    assertThat(ServerFile.read(file()).orElseThrow().pid())
        .isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void whatIsNotARecordIsRefusedByName() throws IOException {
    for (String text : new String[] {"", "{", "[]", "{}", "{\"pid\": 1}", "x".repeat(70_000)}) {
      Files.writeString(file(), text);

      assertThatIOException()
          .isThrownBy(() -> ServerFile.read(file()))
          .withMessageContaining(file() + " is not the record of a server");
    }
  }

  @Test
  void aProcessThatIsGoneOrYoungerThanItsRecordIsNotAlive() {
    assertThat(own().isAlive()).isTrue();
    assertThat(with(NO_SUCH_PID, Instant.now()).isAlive()).isFalse();
    assertThat(with(ProcessHandle.current().pid(), Instant.parse("2001-01-01T00:00:00Z")).isAlive())
        .as("the pid was given to a younger process")
        .isFalse();
  }

  @Test
  void aPublishedServerIsListedUntilItIsWithdrawn() throws IOException {
    RunningServers servers = new RunningServers(folder.resolve("home/run"));
    Path data = Files.createDirectories(folder.resolve("data"));

    assertThat(servers.list()).isEmpty();
    ServerFile own = own();
    servers.publish(data, own);
    assertThat(servers.list()).containsExactly(new RunningServers.Running(data, own));
    assertThat(RunningServers.over(data)).isPresent();

    servers.withdraw(data, ProcessHandle.current().pid());
    assertThat(servers.list()).isEmpty();
    assertThat(RunningServers.over(data)).isEmpty();
    assertThat(ServerFile.pathIn(data)).doesNotExist();
  }

  @Test
  void aServerDoesNotWithdrawItsSuccessorsRecord() throws IOException {
    RunningServers servers = new RunningServers(folder.resolve("run"));
    servers.publish(folder, own());

    servers.withdraw(folder, NO_SUCH_PID);

    assertThat(servers.list()).hasSize(1);
  }

  @Test
  void aKilledServersPointerIsSweptAway() throws IOException {
    RunningServers servers = new RunningServers(folder.resolve("run"));
    servers.publish(folder, with(NO_SUCH_PID, Instant.now()));
    Path pointer = folder.resolve("run").resolve(NO_SUCH_PID + ".server");
    assertThat(pointer).exists();

    assertThat(servers.list()).isEmpty();

    assertThat(pointer).doesNotExist();
  }

  @Test
  void aKilledServersPointerIsNotItsSuccessors() throws IOException {
    RunningServers servers = new RunningServers(folder.resolve("run"));
    servers.publish(folder, with(NO_SUCH_PID, Instant.now()));
    servers.publish(folder, own());

    assertThat(servers.list()).hasSize(1);

    assertThat(folder.resolve("run").resolve(NO_SUCH_PID + ".server")).doesNotExist();
  }

  @Test
  void theHomeIsTheSystemPropertyThenTheVariableThenHome() {
    var environment = Map.of("VELOCITY_HOME", "/v", "HOME", "/h");

    assertThat(VelocityHome.path(name -> name.equals("velocity.home") ? "/p" : null, environment))
        .isEqualTo(Path.of("/p"));
    assertThat(VelocityHome.path(name -> null, environment)).isEqualTo(Path.of("/v"));
    assertThat(VelocityHome.path(name -> null, Map.of("HOME", "/h")))
        .isEqualTo(Path.of("/h/.velocity"));
    assertThat(VelocityHome.path(name -> "/u", Map.of())).isEqualTo(Path.of("/u"));
  }

  private ServerFile own() {
    return with(ProcessHandle.current().pid(), Instant.now());
  }

  private ServerFile with(long pid, Instant started) {
    return new ServerFile(
        pid,
        "0.1.0",
        new HostPort("127.0.0.1", 2005),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        folder.resolve("admin.sock"),
        Optional.empty(),
        started);
  }

  private Path file() {
    return folder.resolve(ServerFile.NAME);
  }
}
