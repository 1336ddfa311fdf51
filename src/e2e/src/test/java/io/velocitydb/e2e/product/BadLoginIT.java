package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import io.velocitydb.e2e.wire.Bodies;
import io.velocitydb.e2e.wire.Frame;
import io.velocitydb.e2e.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who does not know a user or a password learns nothing, least of all which of the two was wrong.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class BadLoginIT {

  private static final int INVALID_CREDENTIALS = 1;

  @TempDir static Path base;
  private static Velocity velocity;
  private static RunningServer server;

  @BeforeAll
  static void startTheServer() {
    // Wrong passwords from one address are slowed down; here many come from this one on purpose.
    velocity = Velocity.freshUser(base).with("VELOCITY_SECURITY_MAX_AUTH_FAILURES", "1000");
    server =
        velocity.startServer(
            "data", "db", "server", "--bind", "127.0.0.1:0", "--data-dir", "./data");
    velocity
        .with("VELOCITY_PASSWORD", "the right one")
        .run("admin", "create-user", "--username", "admin")
        .mustSucceed();
    as("admin", "the right one").run("set", "canary", "sings").mustSucceed();
  }

  @AfterAll
  static void stopTheServer() {
    server.close();
  }

  @Test
  void aWrongPasswordAndAnUnknownUserGetTheSameLine() {
    Command.Result wrong = as("admin", "a wrong one").run("get", "canary");
    Command.Result unknown = as("nobody", "the right one").run("get", "canary");

    assertThat(wrong.exitCode()).isEqualTo(5);
    assertThat(unknown.exitCode()).isEqualTo(5);
    assertThat(wrong.errorLines()).hasSize(1);
    assertThat(unknown.err().replace("nobody", "admin")).isEqualTo(wrong.err());
    assertThat(wrong.out()).isEmpty();
    assertThat(as("admin", "the right one").run("get", "canary").mustSucceed().out())
        .isEqualTo("sings\n");
  }

  @Test
  void onTheWireAnUnknownUserLooksLikeAnyOther() throws IOException {
    Failure known = failAs("admin");
    Failure unknown = failAs("nobody");

    assertThat(unknown.challengeLength).isEqualTo(known.challengeLength);
    assertThat(unknown.saltLength()).isEqualTo(known.saltLength());
    assertThat(unknown.parameters).isEqualTo(known.parameters);
    assertThat(unknown.answer).isEqualTo(known.answer);
  }

  @Test
  void anUnknownUserIsChallengedTheSameWayEachTime() throws IOException {
    assertThat(failAs("nobody").salt).isEqualTo(failAs("nobody").salt);
    assertThat(failAs("nobody").salt).isNotEqualTo(failAs("somebody").salt);
  }

  @Test
  void noPasswordAtAllIsRefusedInOneLine() {
    Command.Result result =
        velocity.run("--url", "vdb://admin@" + server.address(), "get", "canary");

    assertThat(result.exitCode()).isIn(2, 5);
    assertThat(result.errorLines()).singleElement().asString().contains("password");
  }

  private record Failure(int challengeLength, String salt, String parameters, String answer) {
    int saltLength() {
      return salt.split(",", -1).length;
    }
  }

  /**
   * Asks for a challenge as this user, answers it with a made-up proof, and keeps what came back.
   */
  private static Failure failAs(String user) throws IOException {
    try (RawConnection connection = RawConnection.tls(server.port(), "TLSv1.3")) {
      Frame challenge =
          connection.ask(Frame.request(Frame.HELLO, Bodies.hello(user, new byte[32])));
      assertThat(challenge.opcode()).as("%s", challenge).isEqualTo(Frame.HELLO | 0x80);
      Frame answer = connection.ask(Frame.request(Frame.AUTH, Bodies.auth(new byte[32])));
      assertThat(answer.isError(INVALID_CREDENTIALS)).as("%s", answer).isTrue();
      assertThat(connection.receive()).as("after a failed login").isEmpty();
      var table = challenge.table();
      return new Failure(
          challenge.bodyLength(),
          Arrays.toString(table.bytes(5)),
          table.unsignedInt(6) + " " + table.unsignedInt(7) + " " + table.unsignedInt(8),
          answer.toString());
    }
  }

  private static Velocity as(String user, String password) {
    return velocity
        .with("VELOCITY_URL", "vdb://" + user + "@" + server.address())
        .with("VELOCITY_PASSWORD", password);
  }
}
