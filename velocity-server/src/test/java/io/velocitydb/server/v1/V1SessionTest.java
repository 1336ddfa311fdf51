package io.velocitydb.server.v1;

import static io.velocitydb.server.v1.V1Connection.command;
import static io.velocitydb.server.v1.V1Connection.frame;
import static io.velocitydb.server.v1.V1Connection.number;
import static io.velocitydb.server.v1.V1Connection.scan;
import static io.velocitydb.server.v1.V1Connection.set;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1Login;
import io.velocitydb.protocol.v1.V1Reader;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.v1.V1Connection.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 1 on the port of V-Proto: who gets in, what they can do, and what ends a connection. */
final class V1SessionTest {
  @TempDir Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(folder, Map.of("server.enable_v1", "true"));
    server.createUser("app", Role.READWRITE);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private V1Connection open() throws IOException {
    return V1Connection.open(server.address());
  }

  private V1Connection app() throws Exception {
    return open().login("app", "app");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String value(Frame frame) {
    V1Reader result = frame.result(V1Command.GET);
    byte[] value = result.lpBytes();
    result.end();
    return new String(value, StandardCharsets.UTF_8);
  }

  // ---- Commands ----

  @Test
  void whatIsSetCanBeReadAlsoByTheOtherVersion() throws Exception {
    try (V1Connection old = app();
        RawConnection present = server.login("app")) {
      long version = old.call(set("k", utf8("v"), 0)).result(V1Command.SET).i64();
      assertThat(version).isNotZero();
      assertThat(value(old.call(command(V1Command.GET, "k")))).isEqualTo("v");
      assertThat(present.call(Frames.get("k")).value()).isEqualTo("v");
      assertThat(present.call(Frames.set("k", "w")).isError()).isFalse();
      assertThat(value(old.call(command(V1Command.GET, "k")))).isEqualTo("w");
    }
  }

  @Test
  void aMissingKeyIsAnErrorHere() throws Exception {
    try (V1Connection old = app()) {
      assertThat(old.call(command(V1Command.GET, "none")).error())
          .isEqualTo(ErrorCode.KEY_NOT_FOUND);
      assertThat(old.call(frame(V1Type.PING, utf8("on"))).payload()).isEqualTo(utf8("on"));
    }
  }

  @Test
  void theOtherCommandsDoWhatTheirNamesSay() throws Exception {
    try (V1Connection old = app()) {
      assertThat(old.call(number(V1Command.INCR, "n", 5)).result(V1Command.INCR).i64())
          .isEqualTo(5);
      assertThat(old.call(number(V1Command.INCR, "n", -7)).result(V1Command.INCR).i64())
          .isEqualTo(-2);
      assertThat(flag(old, V1Command.EXISTS, "n")).isEqualTo(1);
      assertThat(old.call(command(V1Command.TTL, "n")).result(V1Command.TTL).i64()).isEqualTo(-1);
      assertThat(old.call(number(V1Command.EXPIRE, "n", 60_000)).result(V1Command.EXPIRE).u8())
          .isEqualTo(1);
      assertThat(old.call(command(V1Command.TTL, "n")).result(V1Command.TTL).i64())
          .isBetween(30_000L, 60_000L);
      assertThat(flag(old, V1Command.DELETE, "n")).isEqualTo(1);
      assertThat(flag(old, V1Command.DELETE, "n")).isZero();
      assertThat(flag(old, V1Command.EXISTS, "n")).isZero();
      assertThat(old.call(number(V1Command.EXPIRE, "n", 1)).result(V1Command.EXPIRE).u8()).isZero();
      assertThat(old.call(command(V1Command.TTL, "n")).result(V1Command.TTL).i64()).isEqualTo(-2);
      assertThat(old.call(set("t", utf8("v"), 90_000)).result(V1Command.SET).i64()).isNotZero();
      assertThat(old.call(command(V1Command.TTL, "t")).result(V1Command.TTL).i64())
          .isBetween(60_000L, 90_000L);
    }
  }

  private static int flag(V1Connection old, V1Command command, String key) throws IOException {
    V1Reader result = old.call(command(command, key)).result(command);
    int flag = result.u8();
    result.end();
    return flag;
  }

  @Test
  void whatCannotBeDoneIsSaidByItsCode() throws Exception {
    try (V1Connection old = app()) {
      assertThat(old.call(set("text", utf8("x"), 0)).type()).isEqualTo(V1Type.RESPONSE);
      assertThat(old.call(number(V1Command.INCR, "text", 1)).error())
          .isEqualTo(ErrorCode.NOT_AN_INTEGER);
      assertThat(old.call(number(V1Command.INCR, "max", Long.MAX_VALUE)).type())
          .isEqualTo(V1Type.RESPONSE);
      assertThat(old.call(number(V1Command.INCR, "max", 1)).error()).isEqualTo(ErrorCode.OVERFLOW);
      assertThat(old.call(set("", utf8("x"), 0)).error()).isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(old.call(set("k", utf8("x"), -1)).error()).isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(old.call(number(V1Command.EXPIRE, "text", 0)).error())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(old.call(set("k", new byte[(1 << 20) + 1], 0)).error())
          .isEqualTo(ErrorCode.TOO_LARGE);
      assertThat(old.call(frame(V1Type.COMMAND, (byte) 10)).error())
          .isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(old.call(frame(V1Type.COMMAND)).error()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(old.call(frame(0x7F)).error()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(old.call(frame(V1Type.SERVER_INFO)).error()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(old.call(frame(V1Type.STATS)).error()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(value(old.call(command(V1Command.GET, "text")))).isEqualTo("x");
    }
  }

  @Test
  void aDatabaseIsSelectedAndNoneWhenThatFails() throws Exception {
    server.createDatabase("orders");
    try (V1Connection old = app()) {
      old.call(set("where", utf8("default"), 0));
      assertThat(old.call(command(V1Command.USE, "orders")).result(V1Command.USE).rest()).isZero();
      assertThat(old.call(command(V1Command.GET, "where")).error())
          .isEqualTo(ErrorCode.KEY_NOT_FOUND);
      assertThat(old.call(command(V1Command.USE, "nowhere")).error())
          .isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
      assertThat(old.call(command(V1Command.GET, "where")).error())
          .isEqualTo(ErrorCode.NO_DATABASE);
      assertThat(old.call(command(V1Command.USE, "system")).error())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
  }

  @Test
  void aScanGivesKeysAndValuesOfAPrefix() throws Exception {
    try (V1Connection old = app()) {
      for (String key : new String[] {"a:1", "a:2", "a:3", "b"}) {
        old.call(set(key, utf8("of " + key), 0));
      }
      V1Reader two = old.call(scan("a:", 2)).result(V1Command.SCAN);
      assertThat(two.u32()).isEqualTo(2);
      assertThat(two.lpText() + two.lpText() + two.lpText() + two.lpText())
          .isEqualTo("a:1of a:1a:2of a:2");
      two.end();
      assertThat(old.call(scan("a:", 0)).result(V1Command.SCAN).u32()).isEqualTo(3);
      assertThat(old.call(scan("", 100)).result(V1Command.SCAN).u32()).isEqualTo(4);
      assertThat(old.call(scan("c", 1)).result(V1Command.SCAN).u32()).isZero();
    }
  }

  @Test
  void largeValuesPassAndRepliesKeepTheOrderOfTheirRequests() throws Exception {
    byte[] value = new byte[1 << 20];
    Arrays.fill(value, (byte) 'x');
    try (V1Connection old = app()) {
      old.send(
          frame(V1Type.PING, utf8("first")),
          set("big", value, 0),
          command(V1Command.GET, "big"),
          number(V1Command.INCR, "n", 1),
          frame(V1Type.PING, utf8("last")));
      assertThat(old.read().payload()).isEqualTo(utf8("first"));
      assertThat(old.read().result(V1Command.SET).i64()).isNotZero();
      assertThat(old.read().result(V1Command.GET).lpBytes()).isEqualTo(value);
      assertThat(old.read().result(V1Command.INCR).i64()).isEqualTo(1);
      assertThat(old.read().payload()).isEqualTo(utf8("last"));
    }
  }

  @Test
  void statisticsAreJsonForWhoMaySeeThem() throws Exception {
    server.createUser("boss", Role.OPERATOR);
    try (V1Connection old = open().login("boss", "boss")) {
      Frame answer = old.call(frame(V1Type.STATS));
      assertThat(answer.type()).isEqualTo(V1Type.STATS);
      JsonNode statistics = new ObjectMapper().readTree(answer.reader().lpBytes());
      assertThat(statistics.required("connections").asInt()).isPositive();
      assertThat(statistics.required("writes").isIntegralNumber()).isTrue();
      assertThat(old.call(command(V1Command.GET, "k")).error())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
  }

  // ---- Rights ----

  @Test
  void rolesAndScopesHoldAsInTheOtherVersion() throws Exception {
    server.createUser("reader", Role.READONLY);
    server.createUser("shop", Role.READWRITE, new TestServer.ScopeOf("default", "shop:"));
    try (V1Connection reader = open().login("reader", "reader");
        V1Connection shop = open().login("shop", "shop")) {
      assertThat(reader.call(set("k", utf8("v"), 0)).error())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(reader.call(command(V1Command.EXISTS, "k")).type()).isEqualTo(V1Type.RESPONSE);
      assertThat(shop.call(set("shop:k", utf8("v"), 0)).type()).isEqualTo(V1Type.RESPONSE);
      for (byte[] outside :
          new byte[][] {
            set("k", utf8("v"), 0),
            command(V1Command.GET, "k"),
            command(V1Command.DELETE, "k"),
            number(V1Command.INCR, "k", 1),
            command(V1Command.EXISTS, "k"),
            command(V1Command.TTL, "k"),
            number(V1Command.EXPIRE, "k", 1),
            scan("", 10)
          }) {
        assertThat(shop.call(outside).error()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      }
    }
  }

  // ---- Logging in ----

  @Test
  void helloTellsTheKeyOfTheServer() throws Exception {
    try (V1Connection old = open()) {
      V1Login.ServerInfo info =
          V1Login.ServerInfo.read(
              old.call(frame(V1Type.HELLO, V1Connection.hello("app"))).reader());
      assertThat(info.fingerprint())
          .isEqualTo(
              MessageDigest.getInstance("SHA-256")
                  .digest(old.certificate().getPublicKey().getEncoded()));
      assertThat(info.parameters().isAcceptable()).isTrue();
    }
  }

  @Test
  void aWrongProofEndsTheConnection() throws Exception {
    for (String user : new String[] {"app", "nobody"}) {
      try (V1Connection old = open()) {
        old.call(frame(V1Type.HELLO, V1Connection.hello(user)));
        Frame answer = old.call(frame(V1Type.AUTH_REQUEST, V1Connection.proof(new byte[32])));
        assertThat(answer.error()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(old.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void beforeTheLoginNothingElseIsDone() throws Exception {
    try (V1Connection old = open()) {
      assertThat(old.call(command(V1Command.GET, "k")).error())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
      assertThat(old.call(frame(V1Type.PING)).error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
      assertThat(old.call(frame(V1Type.STATS)).error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
      assertThat(old.call(frame(0x7F)).error()).isEqualTo(ErrorCode.UNAUTHENTICATED);
      assertThat(old.call(frame(V1Type.AUTH_REQUEST, V1Connection.proof(new byte[32]))).error())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
      assertThat(old.login("app", "app").call(frame(V1Type.PING)).type()).isEqualTo(V1Type.PONG);
      assertThat(old.call(frame(V1Type.HELLO, V1Connection.hello("app"))).error())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
    }
  }

  @Test
  void aPasswordDoesNotTravelUnlessThatIsAllowed() throws Exception {
    try (V1Connection old = open()) {
      assertThat(old.bearer("app", "app").error()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
    server.close();
    server =
        TestServer.start(
            folder, Map.of("server.enable_v1", "true", "security.allow_v1_password", "true"));
    try (V1Connection old = open()) {
      V1Login.AuthResponse accepted = V1Login.AuthResponse.read(old.bearer("app", "app").reader());
      assertThat(accepted.ok()).isTrue();
      assertThat(accepted.role()).isEqualTo("readwrite");
      assertThat(accepted.signature()).containsOnly(0);
      assertThat(old.call(set("k", utf8("v"), 0)).type()).isEqualTo(V1Type.RESPONSE);
    }
    try (V1Connection old = open()) {
      assertThat(old.bearer("app", "wrong").error()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
      assertThat(old.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aVersionThatIsNotSpokenHereIsRefused() throws Exception {
    byte[] hello = V1Connection.hello("app");
    hello[0] = 2;
    hello[1] = 3;
    try (V1Connection old = open()) {
      assertThat(old.call(frame(V1Type.HELLO, hello)).error()).isEqualTo(ErrorCode.UNSUPPORTED);
    }
  }

  // ---- Frames ----

  @Test
  void aConnectionKeepsTheFormatOfItsFirstFrame() throws Exception {
    try (V1Connection old = app()) {
      assertThat(old.call(Frames.ping("now")).error()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(old.isClosedByServer()).isTrue();
    }
    try (RawConnection present = server.login("app")) {
      assertThat(present.call(frame(V1Type.PING)).errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(present.isClosedByServer()).isTrue();
    }
  }

  @Test
  void whereItIsNotTurnedOnVersion1IsClosedSilently() throws Exception {
    server.close();
    server = TestServer.start(folder);
    try (V1Connection old = open()) {
      old.send(frame(V1Type.HELLO, V1Connection.hello("app")));
      assertThat(old.isClosedByServer()).isTrue();
    }
  }

  @Test
  void whatIsNeitherVersionIsClosedSilently() throws Exception {
    for (byte[] nonsense :
        new byte[][] {
          utf8("GET / HTTP/1.1\r\n\r\n"), {0x4F, 0x4C, 0x45, 0x56, 0x02, 0x01, 0, 0, 0, 0},
        }) {
      try (V1Connection old = open()) {
        old.send(nonsense);
        assertThat(old.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void aFirstFrameMayComeByteByByte() throws Exception {
    try (V1Connection old = open()) {
      byte[] hello = frame(V1Type.HELLO, V1Connection.hello("app"));
      for (byte one : hello) {
        old.send(new byte[] {one});
      }
      assertThat(old.read().type()).isEqualTo(V1Type.SERVER_INFO);
    }
    try (RawConnection present = server.tls()) {
      for (byte one : RawConnection.hello("app", "velocity-cert-sha256")) {
        present.send(new byte[] {one});
      }
      assertThat(present.read().answers(Opcode.HELLO)).isTrue();
    }
  }

  @Test
  void aPayloadThatIsNotWhatItSaysEndsTheConnection() throws Exception {
    server.createUser("boss", Role.ADMIN);
    for (byte[] broken :
        new byte[][] {
          frame(V1Type.COMMAND, (byte) 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0x7F),
          frame(V1Type.COMMAND, (byte) 1, (byte) 1),
          frame(
              V1Type.COMMAND,
              (byte) 1,
              (byte) 1,
              (byte) 0,
              (byte) 0,
              (byte) 0,
              (byte) 'k',
              (byte) 0),
          frame(V1Type.STATS, (byte) 0),
        }) {
      try (V1Connection old = open().login("boss", "boss")) {
        assertThat(old.call(broken).error()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(old.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void aWrongChecksumOrTooLongAFrameEndsTheConnection() throws Exception {
    byte[] wrong = frame(V1Type.PING, utf8("x"));
    wrong[wrong.length - 1] ^= 1;
    byte[] tooLong = Arrays.copyOf(frame(V1Type.PING), 10);
    tooLong[8] = 0x40;
    for (byte[] broken : new byte[][] {wrong, tooLong}) {
      try (V1Connection old = app()) {
        assertThat(old.call(broken).error()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(old.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void whoSaysGoodbyeIsAnsweredFirst() throws Exception {
    try (V1Connection old = app()) {
      old.send(
          set("k", utf8("v"), 0),
          frame(
              V1Type.DISCONNECT,
              (byte) 3,
              (byte) 0,
              (byte) 0,
              (byte) 0,
              (byte) 'b',
              (byte) 'y',
              (byte) 'e'));
      assertThat(old.read().result(V1Command.SET).i64()).isNotZero();
      assertThat(old.isClosedByServer()).isTrue();
    }
  }
}
