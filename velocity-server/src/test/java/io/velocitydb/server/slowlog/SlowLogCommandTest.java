package io.velocitydb.server.slowlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.SlowOperation;
import io.velocitydb.protocol.fbs.SlowlogRequest;
import io.velocitydb.protocol.fbs.SlowlogResponse;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.resp.RespConnection;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SLOWLOG of a server by whose clock every request takes an hour: but for that, time is as it is.
 */
final class SlowLogCommandTest {
  private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
  private static final String THRESHOLD = "performance.slow_log_threshold";
  private static final Map<String, String> FLAGS =
      Map.of(
          "server.enable_tls",
          "false",
          "security.allow_plaintext_auth",
          "true",
          "server.resp_bind_address",
          "127.0.0.1:0",
          THRESHOLD,
          "30m");

  @TempDir Path folder;

  @Test
  void whatTookLongIsToldWithItsKeyAndItsUserButWithoutItsValue() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS)) {
      server.createUser("ann", Role.READWRITE);
      try (RawConnection ann = RawConnection.plain(server.address()).login("ann", "ann")) {
        everythingIsSlow(server);
        ann.call(Frames.set("a key", "a secret value"));
        ann.call(Frames.get("a key"));
        ann.call(Frames.get("k".repeat(200)));
        ann.call(mget("one", "two", "three"));
        ann.call(scan("prefix:"));
        ann.call(Frames.set("large", "v".repeat(100_000)));
        ann.call(Frames.ping("x"));
      }
      server.nanoTime(System::nanoTime);
      Frame answer = server.administer(slowLog(0, false));

      assertThat(told(answer))
          .containsExactly(
              "PING  <> 0 keys, by ann",
              "SET default <large> 1 keys, by ann",
              "SCAN default <prefix:> 0 keys, by ann",
              "MGET default <one> 3 keys, by ann",
              "GET default <" + "k".repeat(128) + "> of 200 1 keys, by ann",
              "GET default <a key> 1 keys, by ann",
              "SET default <a key> 1 keys, by ann");
      assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1))
          .doesNotContain("secret", "vvvv");
      SlowlogResponse all = SlowlogResponse.getRootAsSlowlogResponse(answer.table());
      for (int i = 0; i < all.operationsLength(); i++) {
        assertThat(all.operations(i).durationUs()).isBetween(1_000 * HOUR_MS, 2_000 * HOUR_MS);
        assertThat(all.operations(i).address()).startsWith("127.0.0.1:");
        assertThat(all.operations(i).atMs())
            .isCloseTo(System.currentTimeMillis() - HOUR_MS, within(TimeUnit.MINUTES.toMillis(10)));
      }
    }
  }

  @Test
  void whatIsReadFromFilesByAnotherThreadIsToldToo() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS);
        RawConnection local = server.local()) {
      local.call(Frames.set("cold", "value"));
      server.administer(Frames.empty(Opcode.FLUSH.number()));
      everythingIsSlow(server);
      assertThat(local.call(Frames.get("cold")).value()).isEqualTo("value");
      server.nanoTime(System::nanoTime);

      assertThat(told(server.administer(slowLog(1, false))))
          .containsExactly("GET default <cold> 1 keys, by (local)");
    }
  }

  @Test
  void whatCameByRespIsToldAsTheCommandOfVProto() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS)) {
      server.createUser("ann", Role.READWRITE);
      try (RespConnection ann = new RespConnection(server.respAddress()).login("ann")) {
        everythingIsSlow(server);
        ann.call("SETNX", "k", "v");
        ann.call("DEL", "k", "l");
        ann.call("EXISTS", "k", "l", "m");
      }
      server.nanoTime(System::nanoTime);

      assertThat(told(server.administer(slowLog(3, false))))
          .containsExactly(
              "EXISTS default <k> 3 keys, by ann",
              "DELETE default <k> 2 keys, by ann",
              "SET default <k> 1 keys, by ann");
    }
  }

  @Test
  void aResetShowsAndForgets() throws Exception {
    try (TestServer server = TestServer.start(folder, FLAGS)) {
      try (RawConnection local = server.local()) {
        everythingIsSlow(server);
        local.call(Frames.get("k"));
        server.nanoTime(System::nanoTime);
        assertThat(told(local.call(slowLog(0, true)))).hasSize(1);
        assertThat(told(local.call(slowLog(0, false)))).isEmpty();
      }
    }
  }

  @Test
  void theLengthAndTheThresholdAreSettings() throws Exception {
    Map<String, String> flags = Map.of("performance.slow_log_length", "2", THRESHOLD, "59m");
    try (TestServer server = TestServer.start(folder, flags);
        RawConnection local = server.local()) {
      everythingIsSlow(server);
      for (String key : List.of("1", "2", "3", "4")) {
        local.call(Frames.get(key));
      }
      server.nanoTime(System::nanoTime);
      assertThat(told(server.administer(slowLog(0, false))))
          .containsExactly(
              "GET default <4> 1 keys, by (local)", "GET default <3> 1 keys, by (local)");
    }
  }

  @Test
  void aThresholdOfZeroKeepsNothing() throws Exception {
    try (TestServer server = TestServer.start(folder, Map.of(THRESHOLD, "0"));
        RawConnection local = server.local()) {
      everythingIsSlow(server);
      local.call(Frames.set("k", "v"));
      local.call(Frames.get("k"));
      server.nanoTime(System::nanoTime);
      assertThat(told(server.administer(slowLog(0, false)))).isEmpty();
    }
  }

  private static void everythingIsSlow(TestServer server) {
    StackWalker walker = StackWalker.getInstance();
    server.nanoTime(
        () ->
            System.nanoTime()
                + (walker.walk(SlowLogCommandTest::isEndOfRequest)
                    ? TimeUnit.MILLISECONDS.toNanos(HOUR_MS)
                    : 0));
  }

  private static boolean isEndOfRequest(Stream<StackWalker.StackFrame> frames) {
    return frames.anyMatch(frame -> frame.getClassName().endsWith(".RequestLatency"));
  }

  private static byte[] slowLog(int limit, boolean reset) {
    return Frames.of(
        Opcode.SLOWLOG,
        (message, table) -> {
          message.putInt(table, SlowlogRequest.LIMIT, limit);
          message.putBoolean(table, SlowlogRequest.RESET, reset);
        });
  }

  private static byte[] mget(String... keys) {
    return Frames.of(
        Opcode.MGET,
        (message, table) -> {
          int vector = message.reserveTables(table, MgetRequest.KEYS, keys.length);
          for (int i = 0; i < keys.length; i++) {
            message.putBytes(
                message.element(vector, i, Bytes.TABLE), Bytes.DATA, Frames.utf8(keys[i]));
          }
        });
  }

  private static byte[] scan(String prefix) {
    return Frames.of(
        Opcode.SCAN,
        (message, table) -> message.putBytes(table, ScanRequest.PREFIX, Frames.utf8(prefix)));
  }

  /** A line for each operation, the last one first. */
  private static List<String> told(Frame answer) {
    SlowlogResponse response = SlowlogResponse.getRootAsSlowlogResponse(answer.table());
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < response.operationsLength(); i++) {
      SlowOperation operation = response.operations(i);
      String key = operation.keyLength() == 0 ? "" : Frame.text(operation.keyAsByteBuffer());
      lines.add(
          "%s %s <%s>%s %d keys, by %s"
              .formatted(
                  Opcode.of(operation.opcode()),
                  operation.database() == null ? "" : operation.database(),
                  key,
                  key.length() == operation.keyBytes() ? "" : " of " + operation.keyBytes(),
                  operation.keys(),
                  operation.user()));
    }
    return lines;
  }
}
