package io.velocitydb.server.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.config.Keys;
import io.velocitydb.config.RunningServers;
import io.velocitydb.config.ServerFile;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.DrainRequest;
import io.velocitydb.protocol.scram.Fingerprint;
import io.velocitydb.server.health.EventLoopWatch;
import io.velocitydb.server.health.ServerState;
import io.velocitydb.server.health.ServerState.Phase;
import io.velocitydb.server.report.Ticker;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's way up and down. */
final class VelocityServerTest {
  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  @Test
  void aReadyServerCanBeFoundByItsRecordAndIsWhatThatSays() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      ServerFile file = ServerFile.read(ServerFile.pathIn(data())).orElseThrow();
      assertThat(server.state().phase()).isEqualTo(Phase.READY);
      assertThat(file.isAlive()).isTrue();
      assertThat(RunningServers.ofThisUser().list()).hasSize(1);
      try (RawConnection connection = server.tls()) {
        assertThat(Fingerprint.of(connection.certificate().getPublicKey()).toString())
            .isEqualTo(file.fingerprint().orElseThrow());
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.adminSocket())))
          .isEqualTo("rw-------");
    }
    assertThat(ServerFile.pathIn(data())).doesNotExist();
    assertThat(data().resolve("admin.sock")).doesNotExist();
    assertThat(RunningServers.ofThisUser().list()).isEmpty();
  }

  @Test
  void dataUsersAndKeyOutliveARestart() throws Exception {
    String fingerprint;
    try (TestServer server = TestServer.start(folder)) {
      fingerprint = server.fingerprint();
      server.createUser("anna", Role.READWRITE);
      try (RawConnection anna = server.login("anna")) {
        assertThat(anna.call(Frames.set("kept", "yes")).isError()).isFalse();
      }
    }
    try (TestServer server = TestServer.start(folder);
        RawConnection anna = server.login("anna")) {
      assertThat(server.fingerprint()).isEqualTo(fingerprint);
      assertThat(anna.call(Frames.get("kept")).value()).isEqualTo("yes");
    }
  }

  @Test
  void whatWasAcceptedIsAnsweredBeforeTheServerGoes() throws Exception {
    TestServer server = TestServer.start(folder);
    try (RawConnection connection = server.local()) {
      int writes = 200;
      for (int i = 0; i < writes; i++) {
        connection.send(Frames.set("k" + i, "v"));
      }
      assertThat(connection.read().answers(Opcode.SET)).isTrue();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      int acknowledged = 1;
      for (int i = 1; i < writes; i++) {
        Frame answer = connection.read();
        if (answer.isError()) {
          assertThat(answer.errorCode()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        } else {
          acknowledged++;
        }
      }
      assertThat(connection.isClosedByServer()).isTrue();
      closed.join();
      assertAllThere(acknowledged);
    }
  }

  private void assertAllThere(int acknowledged) throws Exception {
    try (TestServer server = TestServer.start(folder);
        RawConnection connection = server.local()) {
      for (int i = 0; i < acknowledged; i++) {
        assertThat(connection.call(Frames.get("k" + i)).value()).isEqualTo("v");
      }
    }
  }

  @Test
  void aDrainedServerTakesNobodyInButItsAdministrator() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      server.createUser("anna", Role.READWRITE);
      try (RawConnection anna = server.login("anna")) {
        server.administer(
            Frames.of(
                Opcode.DRAIN,
                (message, table) -> message.putLong(table, DrainRequest.GRACE_MS, 500)));
        assertThat(anna.isClosedByServer()).isTrue();
        assertThat(server.state().isReady()).isFalse();
      }
      try (RawConnection late = server.tls()) {
        assertThat(late.call(Frames.ping("x")).errorCode()).isEqualTo(ErrorCode.SHUTTING_DOWN);
      }
      try (RawConnection local = server.local()) {
        assertThat(local.call(Frames.ping("still")).payload()).isEqualTo("still");
      }
    }
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefused() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      assertThatThrownBy(() -> TestServer.start(folder))
          .isInstanceOf(StartProblem.class)
          .hasMessageContaining("another server already runs on " + data())
          .hasMessageContaining("--data-dir");
      try (RawConnection local = server.local()) {
        assertThat(local.call(Frames.ping("unharmed")).payload()).isEqualTo("unharmed");
      }
    }
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> TestServer.start(folder, Map.of("server.bind_address", address)))
          .isInstanceOf(StartProblem.class)
          .hasMessageContaining("cannot listen on " + address)
          .hasMessageContaining("server.bind_address");
      assertThatThrownBy(
              () ->
                  Ports.check(
                      TestServer.settings(Map.of("server.bind_address", address)),
                      Keys.BIND_ADDRESS))
          .isInstanceOf(StartProblem.class)
          .hasMessageContaining("cannot listen on " + address);
    }
    try (TestServer afterwards = TestServer.start(folder)) {
      assertThat(afterwards.state().isReady()).as("nothing stayed locked").isTrue();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    assertThatThrownBy(
            () -> TestServer.start(folder, Map.of("server.data_dir", file.resolve("x").toString())))
        .isInstanceOf(StartProblem.class)
        .hasMessageContaining("cannot write into the data directory");
  }

  @Test
  void aFolderWithoutTheRightToWriteIsNamed() throws Exception {
    Path readOnly =
        Files.createDirectory(
            folder.resolve("ro"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
    // Root may write into any folder of a disk, but nobody may make files among the kernel's.
    Path target = Files.isWritable(readOnly) ? Path.of("/sys/kernel") : readOnly;
    assertThatThrownBy(() -> TestServer.start(folder, Map.of("server.data_dir", target.toString())))
        .isInstanceOf(StartProblem.class)
        .hasMessageContaining("cannot write into the data directory " + target + " (")
        .hasMessageContaining("--data-dir")
        .message()
        .containsAnyOf("permission denied", "Read-only file system")
        .doesNotContain("\n");
  }

  @Test
  void aServerThatIsToldToStopWhileItStartsTurnsRoundAndLeavesTheFolderFree() throws Exception {
    try (TestServer server = TestServer.start(folder);
        RawConnection local = server.local()) {
      assertThat(local.call(Frames.set("kept", "yes")).isError()).isFalse();
    }
    ServerState state = new ServerState();
    AtomicReference<VelocityServer> starting = new AtomicReference<>();
    AtomicReference<Thread> stopping = new AtomicReference<>();
    Ticker toldMeanwhile =
        (_, _) -> {
          Thread closer = Thread.ofPlatform().start(() -> starting.get().close());
          stopping.set(closer);
          Awaitility.await("the stop waits for the way up")
              .until(() -> closer.getState() == Thread.State.TIMED_WAITING);
          return () -> {};
        };
    Vertx vertx = Vertx.vertx();
    try {
      starting.set(server(vertx, state, toldMeanwhile));
      assertThatThrownBy(() -> starting.get().start(Optional.empty()))
          .isInstanceOf(StoppedWhileStarting.class);
      stopping.get().join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    assertThat(state.phase()).isEqualTo(Phase.STOPPED);
    assertThat(ServerFile.pathIn(data())).doesNotExist();
    assertThat(data().resolve("admin.sock")).doesNotExist();
    try (TestServer server = TestServer.start(folder);
        RawConnection local = server.local()) {
      assertThat(local.call(Frames.get("kept")).value()).isEqualTo("yes");
    }
  }

  @Test
  void aServerThatWasToldToStopBeforeItStartsDoesNotStart() {
    Vertx vertx = Vertx.vertx();
    try {
      VelocityServer server = server(vertx, new ServerState(), (_, _) -> () -> {});
      server.close();
      assertThatThrownBy(() -> server.start(Optional.empty()))
          .isInstanceOf(StoppedWhileStarting.class);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    assertThat(data().resolve("CATALOGUE")).as("no engine was opened").doesNotExist();
  }

  private VelocityServer server(Vertx vertx, ServerState state, Ticker ticker) {
    return new VelocityServer(
        TestServer.settings(
            Map.of(
                "server.bind_address",
                "127.0.0.1:0",
                "server.data_dir",
                data().toString(),
                "database.memory_limit",
                "64MiB")),
        vertx,
        state,
        new EventLoopWatch(),
        Optional.empty(),
        "0.0.0-test",
        new ServerTime(System::nanoTime, System::currentTimeMillis, ticker));
  }

  @Test
  void aFolderOfSomethingElseIsRefusedInOneLine() throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      assertThat(server.state().isReady()).isTrue();
    }
    Path catalogue = data().resolve("CATALOGUE");
    byte[] bytes = Files.readAllBytes(catalogue);
    bytes[bytes.length / 2] ^= 0x55;
    Files.write(catalogue, bytes);
    assertThatThrownBy(() -> TestServer.start(folder))
        .isInstanceOf(StartProblem.class)
        .satisfies(problem -> assertThat(problem.getMessage().lines()).hasSize(1));
  }

  private void damageTheManifestOf(String database) throws Exception {
    try (TestServer server = TestServer.start(folder)) {
      assertThat(server.state().isReady()).isTrue();
    }
    Path manifest;
    try (Stream<Path> databases = Files.list(data().resolve("databases"))) {
      manifest =
          databases
              .filter(path -> path.toString().endsWith("-" + database))
              .findFirst()
              .orElseThrow()
              .resolve("MANIFEST");
    }
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[30] ^= 0x55;
    Files.write(manifest, bytes);
  }

  @Test
  void aDamagedDatabaseDoesNotKeepTheServerFromServingTheOthers() throws Exception {
    damageTheManifestOf("default");
    try (TestServer server = TestServer.start(folder)) {
      assertThat(server.state().isReady()).isTrue();
      assertThat(server.state().unavailable()).containsExactly("default");
      server.createDatabase("other");
      server.createUser("someone", Role.READONLY);
    }
  }

  @Test
  void withoutItsUsersAServerSaysInOneLineWhyItDoesNotServe() throws Exception {
    damageTheManifestOf("system");
    assertThatThrownBy(() -> TestServer.start(folder))
        .isInstanceOf(StartProblem.class)
        .hasMessageContaining("\"system\" was not opened")
        .hasMessageContaining("MANIFEST")
        .satisfies(problem -> assertThat(problem.getMessage().lines()).hasSize(1));
  }

  @Test
  void theBootstrapAdminIsMadeOnceAndOnlyWithoutUsers() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "from a file\n");
    Map<String, String> flags =
        Map.of(
            "security.bootstrap_admin_user",
            "boss",
            "security.bootstrap_admin_password_file",
            password.toString());
    try (TestServer server = TestServer.start(folder, flags);
        RawConnection connection = server.tls()) {
      assertThat(connection.tryLogin("boss", "from a file").answers(Opcode.AUTH)).isTrue();
    }
    Files.writeString(password, "another");
    try (TestServer server = TestServer.start(folder, flags);
        RawConnection connection = server.tls()) {
      assertThat(connection.tryLogin("boss", "another").errorCode())
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void theJdksSelectorServesAsWellAsEpoll() throws Exception {
    try (TestServer server = TestServer.start(folder, Map.of("server.transport", "nio"))) {
      server.createUser("anna", Role.READWRITE);
      try (RawConnection anna = server.login("anna")) {
        anna.send(Frames.set("k", "v"), Frames.get("k"));
        assertThat(anna.read().answers(Opcode.SET)).isTrue();
        assertThat(anna.read().value()).isEqualTo("v");
      }
    }
  }

  @Test
  void plaintextOnLoopbackWorksWhereItIsAllowed() throws Exception {
    Map<String, String> flags =
        Map.of("server.enable_tls", "false", "security.allow_plaintext_auth", "true");
    try (TestServer server = TestServer.start(folder, flags)) {
      server.createUser("anna", Role.READWRITE);
      assertThat(server.server().serverFile().fingerprint()).isEmpty();
      try (RawConnection anna = RawConnection.plain(server.address()).login("anna", "anna")) {
        assertThat(anna.call(Frames.get("k")).value()).isEqualTo("(missing)");
      }
    }
  }
}
