package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import io.velocitydb.e2e.wire.Bodies;
import io.velocitydb.e2e.wire.Frame;
import io.velocitydb.e2e.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What careless and hostile programs send to the port. Each gets a short answer or none, and after
 * each the server serves the next one and has said nothing frightening.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class BadInputIT {

  private static final int PROTOCOL_ERROR = 6;
  private static final int UNAUTHENTICATED = 14;
  private static final int UNSUPPORTED = 20;
  private static final int LIMIT_BEFORE_LOGIN = 16 * 1024;

  @TempDir static Path base;
  private static Velocity velocity;
  private static RunningServer server;

  @BeforeAll
  static void startTheServer() {
    velocity = Velocity.freshUser(base);
    server =
        velocity.startServer(
            "data", "db", "server", "--bind", "127.0.0.1:0", "--data-dir", "./data");
    velocity.run("set", "canary", "sings").mustSucceed();
  }

  @AfterAll
  static void stopTheServer() {
    server.close();
  }

  @AfterEach
  void theServerGoesOnServing() throws IOException {
    try (RawConnection connection = tls()) {
      Frame answer =
          connection.ask(Frame.request(Frame.HELLO, Bodies.hello("admin", new byte[32])));
      assertThat(answer.opcode()).as("%s", answer).isEqualTo(Frame.HELLO | 0x80);
    }
    try (RawConnection connection = RawConnection.local(server.adminSocket())) {
      Frame answer = connection.ask(Frame.request(Frame.GET, Bodies.get("canary")));
      assertThat(answer.table().text(1)).isEqualTo("sings");
    }
    assertThat(server.log().lines())
        .as("what the server says")
        .noneMatch(
            line -> line.startsWith("\tat ") || line.contains("Exception") || line.length() > 500);
  }

  @Test
  void garbageIsAnsweredBySilence() throws IOException {
    SplittableRandom random = new SplittableRandom(2005);
    for (int length : new int[] {1, 13, 14, 100, 5_000, 100_000}) {
      byte[] garbage = new byte[length];
      random.nextBytes(garbage);
      try (RawConnection connection = tls()) {
        if (connection.trySend(garbage)) {
          connection.endOutput();
        }
        assertThat(connection.readToEnd()).as("answer to %d bytes", length).isEmpty();
      }
    }
  }

  @Test
  void aBodyLongerThanAllowedIsRefusedBeforeItArrives() throws IOException {
    for (long length : new long[] {LIMIT_BEFORE_LOGIN + 1, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
      try (RawConnection connection = tls()) {
        connection.ask(Frame.request(Frame.HELLO, Bodies.hello("admin", new byte[32])));
        connection.send(Frame.header(Frame.AUTH, 0, length));
        assertRefusedAndClosed(connection);
      }
    }
  }

  @Test
  void aBodyLongerThanAllowedAsTheFirstThingSaidIsAnsweredBySilence() throws IOException {
    try (RawConnection connection = tls()) {
      connection.send(Frame.header(Frame.HELLO, 0, LIMIT_BEFORE_LOGIN + 1));
      assertThat(connection.readToEnd()).isEmpty();
    }
  }

  @Test
  void aBodyLongerThanAllowedIsRefusedAfterLoginToo() throws IOException {
    try (RawConnection connection = RawConnection.local(server.adminSocket())) {
      connection.ask(Frame.request(Frame.GET, Bodies.get("canary")));
      connection.send(Frame.header(Frame.GET, 0, 1L << 40));
      assertRefusedAndClosed(connection);
    }
  }

  @Test
  void aWrongChecksumIsRefused() throws IOException {
    try (RawConnection connection = tls()) {
      connection.send(
          Frame.request(Frame.HELLO, Bodies.hello("admin", new byte[32]))
              .encodeWithWrongChecksum());
      assertRefusedAndClosed(connection);
    }
  }

  @Test
  void earlierRequestsAreAnsweredBeforeABrokenOneIsRefused() throws IOException {
    byte[] good = Frame.request(Frame.GET, Bodies.get("canary")).encode();
    byte[] bad = Frame.request(Frame.GET, Bodies.get("canary")).encodeWithWrongChecksum();
    byte[] both = Arrays.copyOf(good, good.length + bad.length);
    System.arraycopy(bad, 0, both, good.length, bad.length);
    try (RawConnection connection = RawConnection.local(server.adminSocket())) {
      connection.send(both);
      assertThat(connection.receive().orElseThrow().table().text(1)).isEqualTo("sings");
      assertRefusedAndClosed(connection);
    }
  }

  @Test
  void aTruncatedFrameIsDropped() throws IOException {
    byte[] whole = Frame.request(Frame.HELLO, Bodies.hello("admin", new byte[32])).encode();
    for (int length :
        new int[] {1, 4, Frame.HEADER - 1, Frame.HEADER, whole.length / 2, whole.length - 1}) {
      try (RawConnection connection = tls()) {
        connection.send(Arrays.copyOf(whole, length));
        connection.endOutput();
        assertThat(connection.readToEnd()).as("answer to %d bytes of a frame", length).isEmpty();
      }
    }
  }

  @Test
  void aFrameThatNeverEndsIsCutOff() throws IOException {
    byte[] whole = Frame.request(Frame.HELLO, Bodies.hello("admin", new byte[32])).encode();
    try (RawConnection connection = tls()) {
      connection.send(Arrays.copyOf(whole, whole.length - 1));
      long begin = System.nanoTime();
      connection.readToEnd();
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .as("the deadline of a small frame is 10 s")
          .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
    }
  }

  @Test
  void aBodyThatNamesOneBytesManyTimesIsRefused() throws IOException {
    byte[] hello = Bodies.helloWithAliasedMechanism(3_000, 3_000);
    assertThat(hello).hasSizeLessThan(LIMIT_BEFORE_LOGIN);
    try (RawConnection connection = tls()) {
      connection.send(Frame.request(Frame.HELLO, hello).encode());
      assertRefusedAndClosed(connection);
    }
    byte[] mget = Bodies.mgetWithAliasedKey(200_000, 60_000);
    try (RawConnection connection = RawConnection.local(server.adminSocket())) {
      connection.send(Frame.request(Frame.MGET, mget).encode());
      assertRefusedAndClosed(connection);
    }
  }

  @Test
  void aBodyThatPointsOutsideItselfIsRefused() throws IOException {
    for (int before : new int[] {1, 18, 4_000, Integer.MAX_VALUE / 2}) {
      try (RawConnection connection = RawConnection.local(server.adminSocket())) {
        connection.send(Frame.request(Frame.GET, Bodies.getWithKeyBeforeTheBody(before)).encode());
        assertRefusedAndClosed(connection);
      }
    }
  }

  @Test
  void nothingButHelloIsAnsweredBeforeLogin() throws IOException {
    try (RawConnection connection = tls()) {
      Frame answer = connection.ask(Frame.request(Frame.GET, Bodies.get("canary")));
      assertThat(answer.isError(UNAUTHENTICATED)).as("%s", answer).isTrue();
    }
  }

  @Test
  void anUnknownOpcodeIsUnsupportedAndTheConnectionGoesOn() throws IOException {
    try (RawConnection connection = RawConnection.local(server.adminSocket())) {
      Frame answer = connection.ask(Frame.request(0x7E, Bodies.empty()));
      assertThat(answer.isError(UNSUPPORTED)).as("%s", answer).isTrue();
      assertThat(connection.ask(Frame.request(Frame.GET, Bodies.get("canary"))).table().text(1))
          .isEqualTo("sings");
    }
  }

  @Test
  void plaintextToTheTlsPortIsNotAnswered() throws IOException {
    try (RawConnection connection = RawConnection.plain(server.port())) {
      connection.send(Frame.request(Frame.HELLO, Bodies.hello("admin", new byte[32])).encode());
      // At most a TLS alert: 7 bytes that begin with 0x15.
      byte[] answer = connection.readToEnd();
      assertThat(answer.length).isLessThanOrEqualTo(7);
      assertThat(answer.length == 0 || answer[0] == 0x15).isTrue();
    }
  }

  @Test
  void theCommandSaysThatThePortSpeaksTls() {
    Command.Result result =
        velocity
            .with("VELOCITY_PASSWORD", "any")
            .run("--url", "vdb+plain://admin@" + server.address(), "ping");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.errorLines()).singleElement().asString().containsIgnoringCase("tls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.1"})
  void olderTlsIsRefused(String version) {
    assertThatThrownBy(() -> RawConnection.tls(server.port(), version).close())
        .isInstanceOf(SSLException.class);
  }

  @Test
  void opensslCannotComeInWithTls12Either() {
    assumeTrue(
        Command.find("openssl").isPresent(), "openssl is not installed: apt-get install openssl");
    Command.Result result =
        velocity
            .inFolder(
                List.of("openssl", "s_client", "-connect", server.address(), "-tls1_2", "-brief"))
            .run();

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err()).contains("alert");
    velocity
        .inFolder(List.of("openssl", "s_client", "-connect", server.address(), "-tls1_3", "-brief"))
        .run()
        .mustSucceed();
  }

  /** Garbage makes the server close, after whatever it sends when a handshake is through. */
  @Test
  void noSessionTicketIsHandedOut() {
    assumeTrue(
        Command.find("openssl").isPresent(), "openssl is not installed: apt-get install openssl");
    Command.Result result =
        velocity
            .inFolder(
                List.of(
                    "openssl",
                    "s_client",
                    "-connect",
                    server.address(),
                    "-tls1_3",
                    "-msg",
                    "-ign_eof",
                    "-sess_out",
                    "session.pem"))
            .withInput("garbage\n")
            .run();

    assertThat(result.out() + result.err())
        .as("the messages of the handshake are seen")
        .contains("CertificateVerify", "Finished")
        .doesNotContain("NewSessionTicket", "Post-Handshake New Session Ticket");
    assertThat(velocity.folder().resolve("session.pem")).doesNotExist();
  }

  private static RawConnection tls() throws IOException {
    return RawConnection.tls(server.port(), "TLSv1.3");
  }

  /** One PROTOCOL_ERROR in one line that tells nothing of the server's inside, then the end. */
  private static void assertRefusedAndClosed(RawConnection connection) throws IOException {
    Frame answer =
        connection.receive().orElseThrow(() -> new AssertionError("closed without an error"));
    assertThat(answer.isError(PROTOCOL_ERROR)).as("%s", answer).isTrue();
    assertThat(answer.table().text(1))
        .isNotBlank()
        .hasSizeLessThan(200)
        .doesNotContain("\n", "io.velocitydb", "/");
    assertThat(connection.receive()).as("after the error").isEmpty();
  }
}
