package io.velocitydb.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AuthRequest;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.resp.RespConnection;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What wrong proofs cost the address that they come from. */
final class HandshakePenaltiesTest {
  private static final int FREE = 3;

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(System.nanoTime());
  private final CollectorRegistry figures = new CollectorRegistry();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(
            folder,
            Map.of(
                "security.max_auth_failures", String.valueOf(FREE),
                "security.auth_ban_duration", "10",
                "security.allow_plaintext_auth", "true",
                "server.resp_bind_address", "127.0.0.1:0",
                "server.enable_tls", "false"),
            Optional.of(figures));
    server.nanoTime(now::get);
    server.createUser("anna", Role.READWRITE);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawConnection connect() throws IOException {
    return RawConnection.plain(server.address());
  }

  private static byte[] hello(String user) {
    return RawConnection.hello(user, AuthMessage.BINDING_NONE);
  }

  private static byte[] wrongProof() {
    return Frames.of(
        Opcode.AUTH, (message, table) -> message.putBytes(table, AuthRequest.PROOF, new byte[32]));
  }

  /** Sends a wrong proof on a connection of its own. */
  private Frame fail(String user) throws IOException {
    try (RawConnection connection = connect()) {
      Frame challenge = connection.call(hello(user));
      return challenge.isError() ? challenge : connection.call(wrongProof());
    }
  }

  @Test
  void afterSomeWrongProofsAnAddressHasToWaitBeforeItGetsAChallenge() throws Exception {
    for (int i = 0; i < FREE; i++) {
      assertThat(fail("anna").errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
    ErrorMessage refused = fail("anna").error();
    assertThat(refused.code()).contains(ErrorCode.RATE_LIMITED);
    assertThat(refused.retryAfterMs()).isEqualTo(1_000);
    assertThat(refused.message())
        .isEqualTo("too many logins from this address failed; try again in 1 s");

    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(fail("anna").errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    assertThat(fail("anna").error().retryAfterMs()).as("twice as long").isEqualTo(2_000);
    assertThat(figures.getSampleValue("velocity_auth_put_off_total")).isEqualTo(2);
    assertThat(figures.getSampleValue("velocity_auth_failures_total")).isEqualTo(FREE + 1);
  }

  /** A storm that collects its challenges first gets no more guesses for it. */
  @Test
  void ofManyChallengesNoMoreAreCheckedThanFailuresAreFree() throws Exception {
    List<RawConnection> storm = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        RawConnection connection = connect();
        storm.add(connection);
        assertThat(connection.call(hello("anna")).answers(Opcode.HELLO)).isTrue();
      }
      int checked = 0;
      for (RawConnection connection : storm) {
        if (connection.call(wrongProof()).errorCode() == ErrorCode.INVALID_CREDENTIALS) {
          checked++;
        }
      }
      assertThat(checked).isEqualTo(FREE);
    } finally {
      for (RawConnection connection : storm) {
        connection.close();
      }
    }
  }

  /** Nothing in the answers tells whether there is such a user. */
  @Test
  void whoDoesNotExistCostsAndGetsTheSame() throws Exception {
    List<ErrorMessage> ofKnown = errors("anna");
    now.addAndGet(TimeUnit.MINUTES.toNanos(10));
    assertThat(errors("nobody")).isEqualTo(ofKnown);
  }

  private List<ErrorMessage> errors(String user) throws IOException {
    List<ErrorMessage> errors = new ArrayList<>();
    for (int i = 0; i < FREE + 3; i++) {
      errors.add(fail(user).error());
    }
    return errors;
  }

  @Test
  void failuresCountOnAllListenersTogetherAndNoAccountIsLocked() throws Exception {
    try (RawConnection inside = connect().login("anna", "anna")) {
      fail("anna");
      try (RespConnection resp = new RespConnection(server.respAddress())) {
        for (int i = 1; i < FREE; i++) {
          assertThat(resp.call("AUTH", "anna", "wrong")).startsWith("-WRONGPASS");
        }
        assertThat(resp.call("AUTH", "anna", "anna")).startsWith("-ERR rate limited");
      }
      assertThat(fail("anna").errorCode()).isEqualTo(ErrorCode.RATE_LIMITED);
      // The wait is the address': the account works on, and so does the administration socket.
      assertThat(inside.call(Frames.get("k")).isError()).isFalse();
      server.administer(Frames.ping("x"));
    }
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    try (RawConnection again = connect()) {
      assertThat(again.tryLogin("anna", "anna").answers(Opcode.AUTH)).isTrue();
    }
  }
}
