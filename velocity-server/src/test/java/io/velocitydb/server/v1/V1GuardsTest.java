package io.velocitydb.server.v1;

import static io.velocitydb.server.v1.V1Connection.command;
import static io.velocitydb.server.v1.V1Connection.frame;
import static io.velocitydb.server.v1.V1Connection.set;
import static io.velocitydb.server.wire.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.resp.RespConnection;
import io.velocitydb.server.v1.V1Connection.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens, penalties, rate limits, the audit log and the list of connections: what holds for 2.4
 * holds for version 1, and both count together.
 */
final class V1GuardsTest {
  private static final long NEVER = 0;

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(System.nanoTime());
  private TestServer server;

  private void start(String... more) throws Exception {
    Map<String, String> flags = new HashMap<>();
    flags.put("server.enable_v1", "true");
    flags.put("server.enable_tls", "false");
    flags.put("security.allow_plaintext_auth", "true");
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    server = TestServer.start(folder, flags);
    // From a second later on, so that what was counted at the start is forgotten.
    now.set(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
    server.nanoTime(now::get);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private V1Connection open() throws IOException {
    return V1Connection.plain(server.address());
  }

  private V1Connection login(String user) throws Exception {
    return open().login(user, user);
  }

  private RawConnection present(String user) throws IOException {
    return RawConnection.plain(server.address()).login(user, user);
  }

  private void pass(long ms) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  // ---- Tokens

  @Test
  void aTokenLogsInWithItsOwnRightsWhoeverHelloNames() throws Exception {
    start();
    Token token = server.createToken("reader", Role.READONLY, NEVER, new ScopeOf("default", "t/"));
    for (String user : List.of("reader", "", "nobody")) {
      try (V1Connection old = open()) {
        assertThat(old.bearer(user, token.format()).type()).isEqualTo(V1Type.AUTH_RESPONSE);
        assertThat(old.call(command(V1Command.EXISTS, "t/k")).isError()).isFalse();
        assertThat(old.call(command(V1Command.EXISTS, "k")).error())
            .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(old.call(set("t/k", utf8("v"), 0)).error())
            .isEqualTo(ErrorCode.PERMISSION_DENIED);
      }
    }
  }

  @Test
  void aWrongUnknownOrExpiredTokenIsRefusedAsAWrongPasswordAndShownOut() throws Exception {
    start("security.max_auth_failures", "1000", "security.allow_v1_password", "true");
    server.createUser("app", Role.READWRITE);
    long soon = System.currentTimeMillis() + 60_000;
    Token known = server.createToken("known", Role.READONLY, NEVER);
    Token expired = server.createToken("expired", Role.READONLY, soon);
    server.nowMs(() -> soon);
    byte[] refusal;
    try (V1Connection old = open()) {
      refusal = old.bearer("app", "wrong").payload();
    }
    for (Token token :
        List.of(
            Token.of(known.id(), new byte[32]), Token.of(new byte[8], known.secret()), expired)) {
      try (V1Connection old = open()) {
        Frame answer = old.bearer("app", token.format());
        assertThat(answer.error()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(answer.payload()).isEqualTo(refusal);
        assertThat(old.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void aDroppedTokenIsRefusedFromTheNextRequestOn() throws Exception {
    start();
    Token token = server.createToken("brief", Role.READWRITE, NEVER);
    try (V1Connection old = open()) {
      assertThat(old.bearer("", token.format()).isError()).isFalse();
      assertThat(old.call(set("k", utf8("v"), 0)).isError()).isFalse();
      server.administer(Frames.dropToken(token.id()));
      assertThat(old.call(command(V1Command.GET, "k")).error())
          .isEqualTo(ErrorCode.SESSION_EXPIRED);
    }
  }

  // ---- Penalties

  @Test
  void wrongProofsAndTokensCostTheAddressWhateverVersionItSpeaks() throws Exception {
    start("security.max_auth_failures", "3", "security.auth_ban_duration", "10");
    server.createUser("app", Role.READWRITE);
    Token wrong = Token.of(new byte[8], new byte[32]);
    try (V1Connection one = open();
        V1Connection two = open();
        RawConnection three = RawConnection.plain(server.address())) {
      assertThat(one.wrongProof("app").error()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(two.bearer("app", wrong.format()).error())
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(three.tryLogin("app", "wrong").errorCode())
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
    try (V1Connection old = open();
        RawConnection present = RawConnection.plain(server.address())) {
      Frame refused = old.call(frame(V1Type.HELLO, V1Connection.hello("app")));
      assertThat(refused.error()).isEqualTo(ErrorCode.RATE_LIMITED);
      assertThat(refused.toString())
          .contains("too many logins from this address failed; try again in 1 s");
      assertThat(present.tryLogin("app", "app").errorCode()).isEqualTo(ErrorCode.RATE_LIMITED);
    }
    pass(1_000);
    try (V1Connection old = open()) {
      assertThat(old.login("app", "app").call(frame(V1Type.PING)).type()).isEqualTo(V1Type.PONG);
    }
  }

  /** A storm that collects its challenges first gets no more guesses for it. */
  @Test
  void ofManyChallengesNoMoreAreCheckedThanFailuresAreFree() throws Exception {
    start("security.max_auth_failures", "3", "security.auth_ban_duration", "10");
    server.createUser("app", Role.READWRITE);
    List<V1Connection> storm = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        V1Connection old = open();
        storm.add(old);
        assertThat(old.call(frame(V1Type.HELLO, V1Connection.hello("app"))).isError()).isFalse();
      }
      int checked = 0;
      for (V1Connection old : storm) {
        ErrorCode code =
            old.call(frame(V1Type.AUTH_REQUEST, V1Connection.proof(new byte[32]))).error();
        checked += code == ErrorCode.INVALID_CREDENTIALS ? 1 : 0;
      }
      assertThat(checked).isEqualTo(3);
    } finally {
      for (V1Connection old : storm) {
        old.close();
      }
    }
  }

  @Test
  void withoutTlsThereIsNoLoginUnlessThatIsAllowed() throws Exception {
    start("security.allow_plaintext_auth", "false");
    try (V1Connection old = open()) {
      assertThat(old.call(frame(V1Type.HELLO, V1Connection.hello("app"))).error())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
  }

  // ---- Rate limits

  private static int answered(V1Connection old, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      old.send(command(V1Command.EXISTS, "k"));
    }
    int answered = 0;
    for (int i = 0; i < requests; i++) {
      Frame answer = old.read();
      if (!answer.isError()) {
        answered++;
      } else {
        assertThat(answer.error()).isEqualTo(ErrorCode.RATE_LIMITED);
      }
    }
    return answered;
  }

  @Test
  void aUserHasOneLimitOverBothVersions() throws Exception {
    start("server.rate_limit_per_second", "10");
    server.createUser("ann", Role.READWRITE);
    server.createUser("bob", Role.READWRITE);
    try (V1Connection one = login("ann");
        V1Connection two = login("ann");
        RawConnection present = present("ann");
        V1Connection other = login("bob")) {
      assertThat(answered(one, 6)).isEqualTo(6);
      assertThat(answered(two, 6)).isEqualTo(4);
      assertThat(present.call(Frames.get("k")).errorCode()).isEqualTo(ErrorCode.RATE_LIMITED);
      assertThat(answered(other, 10)).isEqualTo(10);
      pass(100);
      assertThat(answered(one, 2)).isEqualTo(1);
    }
  }

  @Test
  void anAddressHasALimitBeforeAnybodyIsKnown() throws Exception {
    start("server.rate_limit_per_address", "3");
    server.createUser("ann", Role.READWRITE);
    // HELLO and AUTH_REQUEST are two.
    try (V1Connection ann = login("ann");
        V1Connection stranger = open()) {
      assertThat(answered(ann, 2)).isEqualTo(1);
      assertThat(stranger.call(frame(V1Type.HELLO, V1Connection.hello("ann"))).error())
          .isEqualTo(ErrorCode.RATE_LIMITED);
    }
  }

  @Test
  void aLargeRequestIsCountedOnceAndRefusedBeforeItComes() throws Exception {
    start("server.rate_limit_per_second", "2");
    server.createUser("ann", Role.READWRITE);
    byte[] large = set("large", new byte[200_000], 0);
    try (V1Connection old = login("ann")) {
      assertThat(old.call(large).isError()).isFalse();
      assertThat(old.call(large).isError()).isFalse();
      old.send(Arrays.copyOf(large, 100));
      assertThat(old.read().error()).isEqualTo(ErrorCode.RATE_LIMITED);
      old.send(Arrays.copyOfRange(large, 100, large.length));
      pass(500);
      assertThat(old.call(command(V1Command.EXISTS, "large")).isError()).isFalse();
    }
  }

  // ---- What others see of it

  @Test
  void theAuditLogTellsOfLoginsAndDenials() throws Exception {
    start();
    server.createUser("ann", Role.READONLY);
    Token token = server.createToken("tool", Role.READONLY, NEVER);
    try (V1Connection ann = login("ann");
        V1Connection tool = open();
        V1Connection eve = open()) {
      // Whoever holds a token cannot have the log name somebody else.
      tool.bearer("ann", token.format());
      eve.wrongProof("ann");
      ann.call(set("k", utf8("secret"), 0));
      ann.call(frame(V1Type.STATS));
    }
    server.close();
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("data/audit.log"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (!event.get("address").asText().equals("local")) {
        lines.add(
            String.join(
                " ",
                event.get("user").asText(),
                event.get("operation").asText(),
                event.get("status").asText()));
      }
    }
    assertThat(lines)
        .containsExactlyInAnyOrder(
            "ann AUTH OK",
            "token " + Token.idText(token.id()) + " AUTH OK",
            "ann AUTH INVALID_CREDENTIALS",
            "ann SET PERMISSION_DENIED",
            "ann STATS PERMISSION_DENIED");
  }

  @Test
  void theListOfConnectionsTellsWhatEachSpeaks() throws Exception {
    start("server.resp_bind_address", "127.0.0.1:0");
    server.createUser("ann", Role.READONLY);
    try (V1Connection old = login("ann");
        RawConnection present = present("ann");
        RespConnection resp = new RespConnection(server.respAddress()).login("ann");
        RespConnection newer = new RespConnection(server.respAddress()).login("ann");
        V1Connection silent = open();
        RawConnection local = server.local()) {
      newer.call("HELLO", "3");
      List<String> spoken = new ArrayList<>();
      org.awaitility.Awaitility.await()
          .until(
              () -> {
                ConnectionsResponse list =
                    ConnectionsResponse.getRootAsConnectionsResponse(
                        local.call(Frames.empty(Opcode.CONNECTIONS.number())).table());
                spoken.clear();
                for (int i = 0; i < list.connectionsLength(); i++) {
                  spoken.add(list.connections(i).protocol());
                }
                // That of the one that has said nothing yet may take a moment to be there.
                return spoken.size() == 6;
              });
      assertThat(spoken).containsExactlyInAnyOrder("1", "2.4", "RESP2", "RESP3", "", "2.4");
      assertThat(old.call(frame(V1Type.PING)).type()).isEqualTo(V1Type.PONG);
      assertThat(present.call(Frames.ping("x")).payload()).isEqualTo("x");
      assertThat(resp.call("PING")).isEqualTo("+PONG\r\n");
      silent.send(frame(V1Type.DISCONNECT, new byte[4]));
      assertThat(silent.isClosedByServer()).isTrue();
    }
  }
}
