package io.velocitydb.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.fbs.TokenInfo;
import io.velocitydb.protocol.fbs.TokenListResponse;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserGrantRequest;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that come with a token, by proof: who gets in, and for how long. */
final class TokenLoginTest {
  private static final long NEVER = 0;

  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, Map.of("security.max_auth_failures", "1000"));
    server.createUser("root", Role.ADMIN);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void timeGoesOn() {
    server.nowMs(System::currentTimeMillis);
  }

  private static RawConnection in(Token token) throws Exception {
    RawConnection connection = server.tls();
    Frame answer = connection.tryToken(token);
    assertThat(answer.answers(Opcode.AUTH)).as(answer.toString()).isTrue();
    return connection;
  }

  @Test
  void theSecretIsProvedWithoutArgon2AndItsRightsAreTold() throws Exception {
    Token token = server.createToken("reader", Role.READONLY, NEVER, new ScopeOf("default", "t1/"));
    try (RawConnection connection = server.tls()) {
      byte[] hello = RawConnection.hello(token.id(), AuthMessage.BINDING_CERTIFICATE);
      Frame challenge = connection.call(hello);
      HelloResponse told = HelloResponse.getRootAsHelloResponse(challenge.table());
      assertThat(told.mechanism()).isEqualTo(AuthMessage.MECHANISM);
      assertThat(told.nonceLength()).isEqualTo(32);
      assertThat(told.saltLength()).isZero();
      assertThat(told.argon2MemoryKib() + told.argon2Iterations() + told.argon2Parallelism())
          .isZero();

      byte[] proof = ClientKeys.ofToken(token).proof(connection.authMessage(hello, challenge));
      AuthResponse auth =
          AuthResponse.getRootAsAuthResponse(connection.call(RawConnection.auth(proof)).table());
      assertThat(auth.role()).isEqualTo(Role.READONLY.number());
      assertThat(auth.scopes(0).database()).isEqualTo("default");
      assertThat(connection.call(Frames.get("t1/a")).value()).isEqualTo("(missing)");
      assertThat(connection.call(Frames.get("t2/a")).errorCode())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(connection.call(Frames.set("t1/a", "v")).errorCode())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
    try (RawConnection connection = server.tls()) {
      assertThat(connection.tryToken(token).answers(Opcode.AUTH))
          .as("the signature, too, is checked")
          .isTrue();
    }
  }

  @Test
  void wrongUnknownAndExpiredOnesGetTheAnswerOfAnUnknownUserAndAreShownOut() throws Exception {
    long soon = System.currentTimeMillis() + 60_000;
    Token known = server.createToken("known", Role.READONLY, NEVER);
    Token expired = server.createToken("expired", Role.READONLY, soon);
    server.nowMs(() -> soon);
    Token wrong = Token.of(known.id(), new byte[32]);
    Token unknown = Token.of(new byte[8], known.secret());
    ErrorMessage refusal;
    try (RawConnection connection = server.tls()) {
      refusal = connection.tryLogin("nobody", "x").error();
      assertThat(refusal.code()).contains(ErrorCode.INVALID_CREDENTIALS);
    }
    for (Token token : List.of(wrong, unknown, expired)) {
      try (RawConnection connection = server.tls()) {
        assertThat(connection.tryToken(token).error()).isEqualTo(refusal);
        assertThat(connection.isClosedByServer()).isTrue();
      }
    }
    assertThat(challenge(unknown).saltLength())
        .as("an id that does not exist is challenged as any other")
        .isEqualTo(challenge(known).saltLength())
        .isZero();
  }

  private static HelloResponse challenge(Token token) throws Exception {
    try (RawConnection connection = server.tls()) {
      byte[] hello = RawConnection.hello(token.id(), AuthMessage.BINDING_CERTIFICATE);
      return HelloResponse.getRootAsHelloResponse(connection.call(hello).table());
    }
  }

  @Test
  void aReplayedProofIsWorthless() throws Exception {
    Token token = server.createToken("replayed", Role.READONLY, NEVER);
    byte[] hello = RawConnection.hello(token.id(), AuthMessage.BINDING_CERTIFICATE);
    byte[] auth;
    try (RawConnection honest = server.tls()) {
      Frame challenge = honest.call(hello);
      auth =
          RawConnection.auth(ClientKeys.ofToken(token).proof(honest.authMessage(hello, challenge)));
      assertThat(honest.call(auth).answers(Opcode.AUTH)).isTrue();
    }
    try (RawConnection thief = server.tls()) {
      thief.call(hello);
      assertThat(thief.call(auth).errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  /** Somebody in the middle has a certificate of its own, and the client signs for that one. */
  @Test
  void aProofMadeForAnotherServerIsRefusedAndSoIsTheTokenThere(@TempDir Path elsewhere)
      throws Exception {
    Token token = server.createToken("relayed", Role.READONLY, NEVER);
    byte[] hello = RawConnection.hello(token.id(), AuthMessage.BINDING_CERTIFICATE);
    try (TestServer other = TestServer.start(elsewhere);
        RawConnection toOther = other.tls();
        RawConnection relayed = server.tls()) {
      Frame challenge = relayed.call(hello);
      byte[] message =
          AuthMessage.of(
              Arrays.copyOfRange(hello, 14, hello.length - 4),
              challenge.body(),
              AuthMessage.BINDING_CERTIFICATE,
              AuthMessage.certificateBinding(toOther.certificate().getEncoded()));
      assertThat(
              relayed
                  .call(RawConnection.auth(ClientKeys.ofToken(token).proof(message)))
                  .errorCode())
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(toOther.tryToken(token).errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void aProofMadeForAPasswordIsNoneForAToken() throws Exception {
    Token token = server.createToken("mixed", Role.READONLY, NEVER);
    byte[] hello = RawConnection.hello("mixed", AuthMessage.BINDING_CERTIFICATE);
    try (RawConnection connection = server.tls()) {
      Frame challenge = connection.call(hello);
      byte[] proof = ClientKeys.ofToken(token).proof(connection.authMessage(hello, challenge));
      assertThat(connection.call(RawConnection.auth(proof)).errorCode())
          .as("the name of a token is not the name of a user")
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void aDroppedTokenIsRefusedFromTheNextRequestOn() throws Exception {
    Token token = server.createToken("brief", Role.READONLY, NEVER);
    try (RawConnection connection = in(token)) {
      assertThat(connection.call(Frames.get("k")).isError()).isFalse();
      server.administer(Frames.dropToken(token.id()));
      Frame refused = connection.call(Frames.get("k"));
      assertThat(refused.errorCode()).isEqualTo(ErrorCode.SESSION_EXPIRED);
      assertThat(refused.error().message()).contains(Token.idText(token.id()), "dropped");
      server.createToken("brief", Role.READONLY, NEVER);
      assertThat(connection.call(Frames.get("k")).errorCode()).isEqualTo(ErrorCode.SESSION_EXPIRED);
    }
    try (RawConnection connection = server.tls()) {
      assertThat(connection.tryToken(token).errorCode()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void anExpiredTokenIsRefusedFromTheNextRequestOn() throws Exception {
    long soon = System.currentTimeMillis() + 60_000;
    Token token = server.createToken("expiring", Role.READONLY, soon);
    server.nowMs(() -> soon - 1);
    try (RawConnection connection = in(token)) {
      assertThat(connection.call(Frames.get("k")).isError()).isFalse();
      server.nowMs(() -> soon);
      assertThat(connection.call(Frames.get("k")).errorCode()).isEqualTo(ErrorCode.SESSION_EXPIRED);
    }
  }

  @Test
  void aTokenFollowsItsOwnersRightsFromTheNextRequestOn() throws Exception {
    server.createUser("owner", Role.ADMIN);
    Token token;
    try (RawConnection owner = server.login("owner")) {
      token = TestServer.token(owner.call(Frames.createToken("hers", Role.READWRITE, NEVER)));
    }
    try (RawConnection connection = in(token)) {
      assertThat(connection.call(Frames.set("k", "v")).isError()).isFalse();
      server.administer(
          Frames.of(
              Opcode.USER_GRANT,
              (message, table) -> {
                message.putString(table, UserGrantRequest.NAME, "owner");
                message.putByte(table, UserGrantRequest.ROLE, Role.READONLY.number());
              }));
      assertThat(connection.call(Frames.set("k", "v")).errorCode())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(connection.call(Frames.get("k")).value()).isEqualTo("v");
      server.administer(
          Frames.of(
              Opcode.USER_DROP,
              (message, table) -> message.putString(table, UserDropRequest.NAME, "owner")));
      assertThat(connection.call(Frames.get("k")).errorCode()).isEqualTo(ErrorCode.SESSION_EXPIRED);
    }
  }

  @Test
  void tokensAreMadeByThoseWhoMayAndForNoMoreThanTheyHave() throws Exception {
    server.createUser("writer", Role.READWRITE);
    server.createUser("narrow", Role.ADMIN, new ScopeOf("default", "n/"));
    server.createUser("op", Role.OPERATOR);
    byte[] request = Frames.createToken("mallory", Role.ADMIN, NEVER);
    for (String user : List.of("writer", "narrow", "op")) {
      try (RawConnection connection = server.login(user)) {
        assertThat(connection.call(request).errorCode())
            .as(user)
            .isEqualTo(ErrorCode.PERMISSION_DENIED);
      }
    }
    server.createToken("taken", Role.ADMIN, NEVER);
    try (RawConnection connection = server.login("root")) {
      assertThat(connection.call(Frames.createToken("taken", Role.READONLY, NEVER)).errorCode())
          .isEqualTo(ErrorCode.ALREADY_EXISTS);
      assertThat(connection.call(Frames.createToken("early", Role.READONLY, 1)).errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(connection.call(Frames.dropToken(new byte[8])).errorCode())
          .isEqualTo(ErrorCode.NOT_FOUND);
      assertThat(connection.call(Frames.dropToken(new byte[7])).errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
    }
  }

  @Test
  void theListAndTheLogTellOfTokensButNoSecret() throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            log.add(record.getMessage() + " " + Arrays.toString(record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("io.velocitydb");
    logger.addHandler(listener);
    try (RawConnection root = server.login("root")) {
      Token token = TestServer.token(root.call(Frames.createToken("listed", Role.READONLY, NEVER)));
      String secret = token.format().substring(20);
      Frame list = root.call(Frames.empty(Opcode.TOKEN_LIST.number()));
      TokenListResponse tokens = TokenListResponse.getRootAsTokenListResponse(list.table());
      TokenInfo info = null;
      for (int i = 0; i < tokens.tokensLength(); i++) {
        info = tokens.tokens(i).name().equals("listed") ? tokens.tokens(i) : info;
      }
      assertThat(info).isNotNull();
      assertThat(info.owner()).isEqualTo("root");
      assertThat(info.role()).isEqualTo(Role.READONLY.number());
      assertThat(info.expiresMs()).isZero();
      byte[] id = new byte[8];
      info.tokenIdAsByteBuffer().get(id);
      assertThat(id).isEqualTo(token.id());
      assertThat(new String(list.body(), java.nio.charset.StandardCharsets.ISO_8859_1))
          .doesNotContain(secret)
          .doesNotContain(new String(token.secret(), java.nio.charset.StandardCharsets.ISO_8859_1));

      in(token).close();
      try (RawConnection wrong = server.tls()) {
        wrong.tryToken(Token.of(token.id(), new byte[32]));
      }
      root.call(Frames.dropToken(token.id()));
      String all = String.join("\n", log);
      assertThat(all)
          .contains("created the", "listed", "dropped the token", "a login from")
          .doesNotContain(secret);
    } finally {
      logger.removeHandler(listener);
    }
  }

  @Test
  void helloNamesAUserOrATokenAndNotBoth() throws Exception {
    for (Map.Entry<String, byte[]> named :
        Map.of("root", new byte[8], "", new byte[0], "?", new byte[7]).entrySet()) {
      byte[] hello =
          RawConnection.hello(
              List.of(AuthMessage.MECHANISM),
              (message, table) -> {
                if (!named.getKey().equals("?")) {
                  message.putString(table, HelloRequest.USER, named.getKey());
                }
                message.putBytes(table, HelloRequest.TOKEN_ID, named.getValue());
              },
              AuthMessage.BINDING_CERTIFICATE);
      try (RawConnection connection = server.tls()) {
        assertThat(connection.call(hello).errorCode())
            .as(named.getKey())
            .isEqualTo(ErrorCode.INVALID_COMMAND);
      }
    }
  }

  @Test
  void inPlaintextATokenIsRefusedUnlessThatIsAllowed(@TempDir Path other) throws Exception {
    Map<String, String> plain = Map.of("server.enable_tls", "false");
    try (TestServer strict = TestServer.start(other.resolve("strict"), plain);
        RawConnection connection = RawConnection.plain(strict.address())) {
      Token token = strict.createToken("app", Role.READONLY, NEVER);
      assertThat(connection.tryToken(token).errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
    Map<String, String> allowed =
        Map.of("server.enable_tls", "false", "security.allow_plaintext_auth", "true");
    try (TestServer lax = TestServer.start(other.resolve("lax"), allowed);
        RawConnection connection = RawConnection.plain(lax.address())) {
      Token token = lax.createToken("app", Role.READONLY, NEVER);
      assertThat(connection.tryToken(token).answers(Opcode.AUTH)).isTrue();
    }
  }
}
