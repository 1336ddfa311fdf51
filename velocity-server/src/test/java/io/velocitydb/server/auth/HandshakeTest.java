package io.velocitydb.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and what those learn who do not. */
final class HandshakeTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    // Wrong proofs from one address are slowed down; here many come from this one on purpose.
    server = TestServer.start(folder, Map.of("security.max_auth_failures", "1000"));
    server.createUser("anna", Role.READWRITE);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theRightPasswordGetsInAndLearnsTheLimits() throws Exception {
    try (RawConnection connection = server.tls()) {
      Frame answer = connection.tryLogin("anna", "anna");
      AuthResponse auth = AuthResponse.getRootAsAuthResponse(answer.table());

      assertThat(connection.tlsVersion()).isEqualTo("TLSv1.3");
      assertThat(auth.role()).isEqualTo(Role.READWRITE.number());
      assertThat(auth.database()).isEqualTo("default");
      assertThat(auth.serverVersion()).isEqualTo("0.0.0-test");
      assertThat(auth.clusterId()).hasSize(36);
      assertThat(auth.maxKey()).isEqualTo(64 * 1024);
      assertThat(auth.maxValue()).isEqualTo(1 << 20);
      assertThat(auth.maxBatch()).isEqualTo(10_000);
      assertThat(auth.maxFrame()).isEqualTo((1 << 20) + (128 << 10));
      assertThat(connection.call(Frames.ping("in")).payload()).isEqualTo("in");
    }
  }

  @Test
  void aWrongPasswordAndAnUnknownUserGetTheSameAnswerAndAreShownOut() throws Exception {
    try (RawConnection wrong = server.tls();
        RawConnection unknown = server.tls()) {
      Frame first = wrong.tryLogin("anna", "not it");
      Frame second = unknown.tryLogin("nobody", "anna");

      assertThat(first.errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(second.error()).isEqualTo(first.error());
      assertThat(wrong.isClosedByServer()).isTrue();
      assertThat(unknown.isClosedByServer()).isTrue();
    }
  }

  /** The challenge of somebody who does not exist looks like any other, and stays the same. */
  @Test
  void theChallengeOfAnUnknownUserLooksReal() throws Exception {
    HelloResponse known = challenge("anna");
    HelloResponse ghost = challenge("ghost");
    HelloResponse again = challenge("ghost");
    HelloResponse other = challenge("other");

    assertThat(salt(ghost)).hasSize(16).isEqualTo(salt(again)).isNotEqualTo(salt(other));
    assertThat(ghost.argon2MemoryKib()).isEqualTo(known.argon2MemoryKib());
    assertThat(ghost.argon2Iterations()).isEqualTo(known.argon2Iterations());
    assertThat(bytes(ghost.nonceAsByteBuffer())).isNotEqualTo(bytes(again.nonceAsByteBuffer()));
  }

  private static HelloResponse challenge(String user) throws IOException {
    try (RawConnection connection = server.tls()) {
      return HelloResponse.getRootAsHelloResponse(
          connection.call(RawConnection.hello(user, AuthMessage.BINDING_CERTIFICATE)).table());
    }
  }

  private static byte[] salt(HelloResponse response) {
    return bytes(response.saltAsByteBuffer());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void aReplayedProofIsWorthless() throws Exception {
    byte[] hello = RawConnection.hello("anna", AuthMessage.BINDING_CERTIFICATE);
    byte[] auth;
    try (RawConnection honest = server.tls()) {
      Frame challenge = honest.call(hello);
      ClientKeys keys = RawConnection.keys("anna", challenge);
      auth = RawConnection.auth(keys.proof(honest.authMessage(hello, challenge)));
      assertThat(honest.call(auth).answers(Opcode.AUTH)).isTrue();
    }
    try (RawConnection thief = server.tls()) {
      thief.call(hello);
      assertThat(thief.call(auth).errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  /** Somebody in the middle shows another certificate: then the client signs another binding. */
  @Test
  void aProofForAnotherCertificateIsRefused() throws Exception {
    byte[] hello = RawConnection.hello("anna", AuthMessage.BINDING_CERTIFICATE);
    try (RawConnection relayed = server.tls()) {
      Frame challenge = relayed.call(hello);
      byte[] helloBody = java.util.Arrays.copyOfRange(hello, 14, hello.length - 4);
      byte[] message =
          AuthMessage.of(
              helloBody,
              challenge.body(),
              AuthMessage.BINDING_CERTIFICATE,
              AuthMessage.certificateBinding(new byte[] {1, 2, 3}));
      byte[] auth = RawConnection.auth(RawConnection.keys("anna", challenge).proof(message));
      assertThat(relayed.call(auth).errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void theExporterOfTheTlsConnectionBindsToo() throws Exception {
    byte[] hello =
        RawConnection.hello("anna", AuthMessage.BINDING_EXPORTER, AuthMessage.BINDING_CERTIFICATE);
    try (RawConnection connection = server.tls()) {
      Frame challenge = connection.call(hello);
      assertThat(HelloResponse.getRootAsHelloResponse(challenge.table()).bindingType())
          .isEqualTo(AuthMessage.BINDING_EXPORTER);
      ClientKeys keys = RawConnection.keys("anna", challenge);
      Frame answer =
          connection.call(RawConnection.auth(keys.proof(connection.authMessage(hello, challenge))));
      assertThat(answer.answers(Opcode.AUTH)).as(answer.toString()).isTrue();
    }
  }

  @Test
  void overTlsThereIsNoHandshakeWithoutBinding() throws Exception {
    try (RawConnection connection = server.tls()) {
      assertThat(connection.call(RawConnection.hello("anna", "none")).errorCode())
          .isEqualTo(ErrorCode.UNSUPPORTED);
    }
  }

  @Test
  void authAnswersAHelloAndHelloComesOnce() throws Exception {
    try (RawConnection connection = server.tls()) {
      assertThat(connection.call(RawConnection.auth(new byte[32])).errorCode())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
      byte[] hello = RawConnection.hello("anna", AuthMessage.BINDING_CERTIFICATE);
      assertThat(connection.call(hello).answers(Opcode.HELLO)).isTrue();
      assertThat(connection.call(hello).errorCode()).isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(connection.call(Frames.get("k")).errorCode()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
  }

  @Test
  void requestsSentBehindAuthAreExecutedAfterIt() throws Exception {
    byte[] hello = RawConnection.hello("anna", AuthMessage.BINDING_CERTIFICATE);
    try (RawConnection connection = server.tls()) {
      Frame challenge = connection.call(hello);
      ClientKeys keys = RawConnection.keys("anna", challenge);
      connection.send(
          Frames.join(
              RawConnection.auth(keys.proof(connection.authMessage(hello, challenge))),
              Frames.set("early", "bird"),
              Frames.get("early")));
      assertThat(connection.read().answers(Opcode.AUTH)).isTrue();
      assertThat(connection.read().answers(Opcode.SET)).isTrue();
      assertThat(connection.read().value()).isEqualTo("bird");
    }
  }

  @Test
  void aHelloThatCannotBeIsRefusedWithoutAVersion() throws Exception {
    List<byte[]> hellos =
        List.of(
            hello(0, 1, AuthMessage.MECHANISM, 32),
            hello(3 << 16, 4 << 16, AuthMessage.MECHANISM, 32),
            hello(0x020400, 0x020400, "PLAIN", 32),
            hello(0x020400, 0x020400, AuthMessage.MECHANISM, 31));
    for (byte[] hello : hellos) {
      try (RawConnection connection = server.tls()) {
        Frame answer = connection.call(hello);
        assertThat(answer.isError()).isTrue();
        assertThat(answer.error().message()).doesNotContainPattern("\\d+\\.\\d+\\.\\d+");
      }
    }
  }

  private static byte[] hello(int min, int max, String mechanism, int nonce) {
    return Frames.of(
        Opcode.HELLO,
        (message, table) -> {
          message.putInt(table, HelloRequest.PROTOCOL_MIN, min);
          message.putInt(table, HelloRequest.PROTOCOL_MAX, max);
          message.putStrings(table, HelloRequest.MECHANISMS, List.of(mechanism));
          message.putStrings(
              table, HelloRequest.BINDING_TYPES, List.of(AuthMessage.BINDING_CERTIFICATE));
          message.putString(table, HelloRequest.USER, "anna");
          message.putBytes(table, HelloRequest.NONCE, new byte[nonce]);
        });
  }

  @Test
  void aDroppedUserIsRefusedFromTheNextRequestOn() throws Exception {
    server.createUser("brief", Role.READONLY);
    try (RawConnection connection = server.login("brief")) {
      assertThat(connection.call(Frames.get("k")).isError()).isFalse();
      server.administer(
          Frames.of(
              Opcode.USER_DROP,
              (message, table) -> message.putString(table, UserDropRequest.NAME, "brief")));
      assertThat(connection.call(Frames.get("k")).errorCode()).isEqualTo(ErrorCode.SESSION_EXPIRED);
      server.createUser("brief", Role.READONLY);
      assertThat(connection.call(Frames.get("k")).errorCode())
          .as("the new user of that name is another")
          .isEqualTo(ErrorCode.SESSION_EXPIRED);
    }
  }

  @Test
  void thePreviousPasswordCountsAsLongAsItIsKept() throws Exception {
    server.createUser("carl", Role.READONLY);
    setPassword("carl", "second", 60_000);
    try (RawConnection former = server.tls();
        RawConnection present = server.tls()) {
      assertThat(former.tryLogin("carl", "carl").answers(Opcode.AUTH)).isTrue();
      assertThat(present.tryLogin("carl", "second").answers(Opcode.AUTH)).isTrue();
    }
    setPassword("carl", "third", 0);
    try (RawConnection former = server.tls();
        RawConnection present = server.tls()) {
      assertThat(former.tryLogin("carl", "second").errorCode())
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(present.tryLogin("carl", "third").answers(Opcode.AUTH)).isTrue();
    }
  }

  private static void setPassword(String user, String password, long keepMs) throws IOException {
    server.administer(
        Frames.of(
            Opcode.USER_PASSWORD,
            (message, table) -> {
              message.putString(table, UserPasswordRequest.NAME, user);
              message.putBytes(table, UserPasswordRequest.PASSWORD, Frames.utf8(password));
              message.putLong(table, UserPasswordRequest.KEEP_PREVIOUS_MS, keepMs);
            }));
  }

  @Test
  void onlyTls13IsSpokenAndPlaintextIsNotAnswered() throws Exception {
    assertThatThrownBy(() -> RawConnection.tls(server.address(), "TLSv1.2"))
        .isInstanceOf(SSLHandshakeException.class);
    try (RawConnection plaintext = RawConnection.plain(server.address())) {
      plaintext.send(Frames.ping("anybody there?"));
      assertThat(plaintext.isClosedByServer()).isTrue();
    }
  }
}
