package io.velocitydb.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.config.HostPort;
import io.velocitydb.protocol.scram.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
  private static final String OTHER_KEY = "SHA256:" + "A".repeat(43);

  @TempDir Path folder;

  @BeforeEach
  void aHomeOfItsOwn() {
    LocalServer.home(folder.resolve("home"));
  }

  @AfterEach
  void theOldHome() {
    LocalServer.restoreHome();
  }

  @Test
  void withoutAServerItSaysHowToStartOne() {
    Result result = command().run("get", "k");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .isEqualTo(
            "velocity: no server of yours runs; start one with \"velocity db server\", or name one with --url vdb://user@host:2005\n");
  }

  @Test
  void aFolderWithoutAServerIsSaidToBeSo() throws IOException {
    Files.createDirectories(folder.resolve("data"));

    assertThat(command().run("get", "k", "--data-dir", "data").err())
        .isEqualTo(
            "velocity: no server runs over data; start one with: velocity db server --data-dir data\n");
    assertThat(command().run("get", "k", "--data-dir", "dta").err())
        .startsWith("velocity: there is no folder dta");
    assertThat(command().run("get", "k", "--data-dir", "dta").exitCode()).isEqualTo(4);
    assertThat(folder.resolve("dta")).doesNotExist();
  }

  @Test
  void ofSeveralServersOneMustBeChosen() throws IOException {
    try (LocalServer one = LocalServer.over(folder.resolve("one"));
        LocalServer two = LocalServer.over(folder.resolve("two"))) {
      // Both are this process; the first passes for the process 1, which always runs.
      Path record = one.dataDir().resolve("server.json");
      String pid = "\"pid\" : " + ProcessHandle.current().pid();
      assertThat(Files.readString(record)).contains(pid);
      Files.writeString(record, Files.readString(record).replace(pid, "\"pid\" : 1"));
      Files.writeString(folder.resolve("home/run/1.server"), record.toString());

      Result result = command().run("get", "k");
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err())
          .contains(
              "choose one with --data-dir", one.dataDir().toString(), two.dataDir().toString());
      assertThat(command().run("set", "k", "v", "--data-dir", "two").exitCode()).isZero();
      assertThat(command().run("--data-dir", "two", "get", "k").out()).isEqualTo("v\n");
      assertThat(command().run("get", "k", "--data-dir", "one").exitCode()).isEqualTo(3);
    }
  }

  @Test
  void theServerInTheUsualFolderIsFoundWithoutAPointer() throws IOException {
    try (LocalServer local = LocalServer.over(folder.resolve("velocitydb"))) {
      LocalServer.home(folder.resolve("somebody-elses-home"));

      assertThat(command().run("set", "k", "v").exitCode()).isZero();
      assertThat(local.server().received()).contains("SET");
    }
  }

  @Test
  void aUserComesInOverTlsWithAPassword() {
    try (FakeServer server = FakeServer.start()) {
      String url = url(server);

      assertThat(
              command()
                  .variable("VELOCITY_PASSWORD", "password")
                  .run("--url", url, "set", "k", "v")
                  .exitCode())
          .isZero();
      assertThat(
              command()
                  .variable("VELOCITY_PASSWORD", "password")
                  .variable("VELOCITY_URL", url)
                  .run("get", "k")
                  .out())
          .isEqualTo("v\n");
      Result stdin =
          command()
              .input(utf8("password\nmore"))
              .run("get", "k", "--url", url, "--password-file", "-");
      assertThat(stdin.out()).isEqualTo("v\n");
      Result flag = command().run("get", "k", "--url", url, "--password", "password");
      assertThat(flag.out()).isEqualTo("v\n");
      assertThat(flag.err())
          .startsWith("velocity: warning: others on this machine can see a password");
      assertThat(command().run("get", "k", "--url", server.endpoint()).out()).isEqualTo("v\n");
    }
  }

  @Test
  void aWrongPasswordIsExitCodeFiveInOneLine() {
    try (FakeServer server = FakeServer.start()) {
      Result wrong =
          command().variable("VELOCITY_PASSWORD", "wrong").run("get", "k", "--url", url(server));

      assertThat(wrong.exitCode()).isEqualTo(5);
      assertThat(wrong.err())
          .isEqualTo(
              "velocity: wrong user or password for 127.0.0.1:"
                  + server.port()
                  + "; an admin can set a new one: velocity admin passwd\n");
    }
  }

  @Test
  void aTokenComesInPlaceOfUserAndPassword() {
    String token = Token.of(new byte[8], new byte[32]).format();
    try (FakeServer server = FakeServer.builder().token(token).start()) {
      String bare = "vdb://127.0.0.1:" + server.port();

      assertThat(command().variable("VDB_TOKEN", token).run("ping", "--url", bare).exitCode())
          .isZero();
      assertThat(command().variable("VELOCITY_TOKEN", token).run("ping", "--url", bare).exitCode())
          .isZero();
      Result flag = command().run("--token", token, "--url", bare, "set", "k", "v");
      assertThat(flag.exitCode()).isZero();
      assertThat(flag.err())
          .startsWith("velocity: warning: others on this machine can see a token")
          .doesNotContain(token);
      assertThat(command().run("get", "k", "--url", url(server), "--token", token, "-q").err())
          .as("the flag goes before the user of the address")
          .isEmpty();
      assertThat(
              command()
                  .run("get", "k", "--url", bare, "--token", token, "--password", "p")
                  .exitCode())
          .isEqualTo(2);
      Result nonsense = command().run("ping", "--url", bare, "--token", "vdb_secret", "-q");
      assertThat(nonsense.exitCode()).isEqualTo(2);
      assertThat(nonsense.err()).contains("58 characters").doesNotContain("vdb_secret");
    }
  }

  @Test
  void aTokenThatLetsNobodyInIsExitCodeFiveInOneLine() {
    String token = Token.of(new byte[8], new byte[32]).format();
    try (FakeServer server = FakeServer.start()) {
      Result wrong =
          command()
              .variable("VDB_TOKEN", token)
              .run("ping", "--url", "vdb://127.0.0.1:" + server.port());

      assertThat(wrong.exitCode()).isEqualTo(5);
      assertThat(wrong.err())
          .isEqualTo(
              "velocity: the token does not let anybody in at 127.0.0.1:"
                  + server.port()
                  + ": it is wrong, has expired or was dropped; an admin can make another: velocity"
                  + " admin create-token\n");
    }
  }

  @Test
  void aCertificateNeedsItsKeyAndTls() {
    Result half = command().run("ping", "--url", "vdb://127.0.0.1:1", "--cert", "c.pem");
    assertThat(half.exitCode()).isEqualTo(2);
    assertThat(half.err())
        .isEqualTo("velocity: --cert and --cert-key belong together; give both or neither\n");
    String[] both = {"ping", "--cert", "c.pem", "--cert-key", "k.pem", "--url"};
    Result plain = command().run(with(both, "vdb+plain://127.0.0.1:1"));
    assertThat(plain.exitCode()).isEqualTo(2);
    assertThat(plain.err()).contains("over TLS only");
    try (FakeServer server = FakeServer.start()) {
      Result missing = command().run(with(both, "vdb://127.0.0.1:" + server.port()));
      assertThat(missing.exitCode()).isEqualTo(4);
      assertThat(missing.err()).contains("the client's certificate: cannot read c.pem");
    }
  }

  private static String[] with(String[] words, String last) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }

  @Test
  void whoBringsATokenDoesNotComeAsTheOwnerOfTheFolder() throws IOException {
    String token = Token.of(new byte[8], new byte[32]).format();
    try (FakeServer server = FakeServer.builder().token(token).start()) {
      Path data = Files.createDirectories(folder.resolve("data"));
      LocalServer.publish(
          data,
          new HostPort("0.0.0.0", server.port()),
          data.resolve("there-is-no-socket"),
          Optional.of(server.fingerprint().toString()));

      Result ping = command().run("ping", "--token", token, "-q");
      assertThat(ping.err()).isEmpty();
      assertThat(ping.exitCode()).isZero();
      assertThat(server.received()).contains("PING");
    }
  }

  @Test
  void withoutAPasswordAndNobodyToAskItSaysHowToGiveOne() {
    Result result = command().run("get", "k", "--url", "vdb://app@127.0.0.1:1");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "velocity: no password for app; set VELOCITY_PASSWORD, or give --password-file\n");
    assertThat(command().run("get", "k", "--url", "vdb://127.0.0.1:1").err())
        .contains("the URL names no user");
  }

  @Test
  void aServerThatIsNotThereIsExitCodeFour() throws IOException {
    int port;
    try (FakeServer server = FakeServer.start()) {
      port = server.port();
    }
    Result result =
        command()
            .variable("VELOCITY_PASSWORD", "p")
            .run("get", "k", "--url", "vdb://app@127.0.0.1:" + port);

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .startsWith("velocity: ")
        .contains("127.0.0.1:" + port, "is the server running?");
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void aPinnedKeyThatIsNotTheServersIsExitCodeFour() {
    try (FakeServer server = FakeServer.start()) {
      CommandLineUnderTest command = command().variable("VELOCITY_PASSWORD", "password");

      assertThat(
              command
                  .run(
                      "ping",
                      "--url",
                      url(server),
                      "--fingerprint",
                      server.fingerprint().toString())
                  .exitCode())
          .isZero();
      Result flag = command.run("ping", "--url", url(server), "--fingerprint", OTHER_KEY);
      assertThat(flag.exitCode()).isEqualTo(4);
      assertThat(flag.err()).contains("not the pinned " + OTHER_KEY);
      assertThat(
              command
                  .variable("VELOCITY_FINGERPRINT", OTHER_KEY)
                  .run("ping", "--url", url(server))
                  .exitCode())
          .isEqualTo(4);
      assertThat(command.run("ping", "--url", url(server), "--fingerprint", "SHA1:x").exitCode())
          .isEqualTo(2);
    }
  }

  @Test
  void thisMachinesOwnServerIsTrustedByItsRecord() throws IOException {
    try (FakeServer server = FakeServer.start()) {
      CommandLineUnderTest command = command().variable("VELOCITY_PASSWORD", "password");
      Path data = Files.createDirectories(folder.resolve("data"));
      HostPort address = new HostPort("127.0.0.1", server.port());

      LocalServer.publish(
          data, address, data.resolve("admin.sock"), Optional.of(server.fingerprint().toString()));
      assertThat(command.run("ping", "--url", url(server)).exitCode()).isZero();

      LocalServer.publish(data, address, data.resolve("admin.sock"), Optional.of(OTHER_KEY));
      assertThat(command.run("ping", "--url", url(server)).exitCode())
          .as("somebody else answers on its port")
          .isEqualTo(4);
    }
  }

  @Test
  void aServerWhoseKeyChangedIsRefusedAlsoWithAcceptNew() throws IOException {
    try (FakeServer server = FakeServer.start()) {
      CommandLineUnderTest command = command().variable("VELOCITY_PASSWORD", "password");
      assertThat(command.run("ping", "--url", url(server), "--accept-new").exitCode()).isZero();
      Path known = folder.resolve("home/known_hosts");
      assertThat(known).hasContent("127.0.0.1:" + server.port() + " " + server.fingerprint());

      Files.writeString(known, "127.0.0.1:" + server.port() + " " + OTHER_KEY + "\n");
      Result changed = command.run("ping", "--url", url(server), "--accept-new");
      assertThat(changed.exitCode()).isEqualTo(4);
      assertThat(changed.err()).contains("has changed");
    }
  }

  @Test
  void contradictionsAndNonsenseAreWrongUsage() {
    assertThat(command().run("get", "k", "--url", "vdb://u@h", "--data-dir", "d").exitCode())
        .isEqualTo(2);
    Result scheme = command().run("get", "k", "--url", "https://u:secret@h");
    assertThat(scheme.exitCode()).isEqualTo(2);
    assertThat(scheme.err()).contains("does not begin with vdb://").doesNotContain("secret");
    assertThat(command().run("gte", "k").err())
        .isEqualTo("velocity: what is \"gte k\"? (see \"velocity --help\")\n");
    assertThat(command().run("get").err())
        .isEqualTo("velocity: Missing required parameter: 'KEY' (see \"velocity get --help\")\n");
    assertThat(command().run("get", "k", "--output", "xml").exitCode()).isEqualTo(2);
    assertThat(command().run("config", "shw").err()).contains("did you mean show?");
    assertThat(command().run().exitCode()).isEqualTo(2);
  }

  @Test
  void theStackTraceIsForVerboseOnly() {
    assertThat(command().run("get", "k", "--verbose").err()).contains("CommandFailure", "\tat ");
    assertThat(command().run("get", "k").err()).doesNotContain("\tat ");
  }

  private static String url(FakeServer server) {
    return "vdb://user@127.0.0.1:" + server.port();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private CommandLineUnderTest command() {
    return new CommandLineUnderTest(folder);
  }
}
