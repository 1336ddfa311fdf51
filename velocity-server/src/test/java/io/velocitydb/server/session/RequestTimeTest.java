package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.ExistsRequest;
import io.velocitydb.protocol.fbs.ExistsResponse;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.Meta;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.TtlRequest;
import io.velocitydb.protocol.fbs.TtlResponse;
import io.velocitydb.protocol.fbs.TtlState;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys that are in tables only, and requests with {@code timeout_ms}, by a clock of the test's. The
 * clock also tells which threads looked at it: so it is seen that cold reads leave the event loop.
 */
final class RequestTimeTest {
  private static final int KEYS = 2_000;
  private static final int TIMEOUT_MS = 60_000;
  private static final String READERS = "velocity-reads";

  @TempDir Path folder;
  private TestServer server;
  private final Set<String> askedBy = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void fillTables() throws Exception {
    server = TestServer.start(folder);
    try (RawConnection local = server.local()) {
      for (int i = 0; i < KEYS; i++) {
        local.send(Frames.set(key(i), "value " + i));
      }
      for (int i = 0; i < KEYS; i++) {
        assertThat(local.read().answers(Opcode.SET)).isTrue();
      }
    }
    server.administer(Frames.empty(Opcode.FLUSH.number()));
  }

  @AfterEach
  void stop() {
    server.nanoTime(System::nanoTime);
    server.close();
  }

  @Test
  void everyReadFindsKeysThatAreInTablesOnly() throws Exception {
    server.nanoTime(
        () -> {
          askedBy.add(Thread.currentThread().getName());
          return System.nanoTime();
        });
    try (RawConnection local = server.local()) {
      for (int i = 0; i < KEYS; i += 199) {
        assertThat(local.call(get(key(i))).value()).isEqualTo("value " + i);
      }
      assertThat(local.call(get("nothing")).value()).isEqualTo("(missing)");
      assertThat(askedBy).as("GET").anyMatch(thread -> thread.startsWith(READERS));

      TtlResponse ttl = TtlResponse.getRootAsTtlResponse(local.call(ttl(key(7))).table());
      assertThat(ttl.state()).isEqualTo(TtlState.NONE);
      ExistsResponse exists =
          ExistsResponse.getRootAsExistsResponse(
              local.call(exists(key(1), "nothing", key(KEYS - 1))).table());
      assertThat(exists.count()).isEqualTo(2);
      MgetResponse mget =
          MgetResponse.getRootAsMgetResponse(local.call(mget(key(5), "nothing", key(6))).table());
      assertThat(Frame.text(mget.entries(0).valueAsByteBuffer())).isEqualTo("value 5");
      assertThat(mget.entries(1).found()).isFalse();
      assertThat(Frame.text(mget.entries(2).valueAsByteBuffer())).isEqualTo("value 6");
      ScanResponse scan = ScanResponse.getRootAsScanResponse(local.call(scan(key(100))).table());
      assertThat(scan.entriesLength()).isEqualTo(10);
      assertThat(Frame.text(scan.entries(9).valueAsByteBuffer())).isEqualTo("value 109");
    }
  }

  @Test
  void aWriteToAKeyThatIsInATableIsReadBackFromMemory() throws Exception {
    try (RawConnection local = server.local()) {
      local.send(Frames.get(key(42)), Frames.set(key(42), "newer"), Frames.get(key(42)));
      assertThat(local.read().value()).isEqualTo("value 42");
      assertThat(local.read().answers(Opcode.SET)).isTrue();
      assertThat(local.read().value()).isEqualTo("newer");
    }
  }

  @Test
  void aColdReadThatWaitedTooLongForItsThreadIsATimeout() throws Exception {
    // Each in a block of its own, which no read before left in the cache.
    byte[][] requests = {
      get(key(0)), ttl(key(300)), exists(key(600)), mget(key(900)), scan(key(1_200)),
    };
    for (byte[] request : requests) {
      server.nanoTime(RequestTimeTest::laterOnReaders);
      try (RawConnection local = server.local()) {
        assertTimeout(local.call(request));
        assertThat(local.call(Frames.get(key(1_900))).value())
            .as("without timeout_ms nobody is hurried, and the connection goes on")
            .isEqualTo("value 1900");
      }
    }
  }

  @Test
  void aRequestThatIsLateBeforeItBeginsIsNotApplied() throws Exception {
    AtomicLong steps = new AtomicLong();
    long begin = System.nanoTime();
    server.nanoTime(
        () -> begin + steps.incrementAndGet() * TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS));
    try (RawConnection local = server.local()) {
      assertTimeout(local.call(set("late", "x")));
    }
    server.nanoTime(System::nanoTime);
    try (RawConnection local = server.local()) {
      assertThat(local.call(Frames.get("late")).value()).isEqualTo("(missing)");
      assertThat(local.call(set("early", "x")).answers(Opcode.SET)).isTrue();
      assertThat(local.call(Frames.get("early")).value()).isEqualTo("x");
    }
  }

  /** Threads that read tables live past every request's time. */
  private static long laterOnReaders() {
    return Thread.currentThread().getName().startsWith(READERS)
        ? System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS)
        : System.nanoTime();
  }

  private static void assertTimeout(Frame answer) {
    assertThat(answer.isError()).as("%s", answer).isTrue();
    assertThat(answer.errorCode()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(answer.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  private static String key(int i) {
    return "key-%05d".formatted(i);
  }

  // ---- Requests with timeout_ms ----

  private static byte[] timed(Opcode opcode, BiConsumer<MessageWriter, Integer> fields) {
    return Frames.of(
        opcode,
        (message, table) -> {
          fields.accept(message, table);
          // Field 0 of every request.
          int meta = message.putTable(table, opcode.requestTable() << 8, Meta.TABLE);
          message.putInt(meta, Meta.TIMEOUT_MS, TIMEOUT_MS);
        });
  }

  private static byte[] get(String key) {
    return timed(
        Opcode.GET, (message, table) -> message.putBytes(table, GetRequest.KEY, Frames.utf8(key)));
  }

  private static byte[] set(String key, String value) {
    return timed(
        Opcode.SET,
        (message, table) -> {
          message.putBytes(table, SetRequest.KEY, Frames.utf8(key));
          message.putBytes(table, SetRequest.VALUE, Frames.utf8(value));
        });
  }

  private static byte[] ttl(String key) {
    return timed(
        Opcode.TTL, (message, table) -> message.putBytes(table, TtlRequest.KEY, Frames.utf8(key)));
  }

  private static byte[] exists(String... keys) {
    return timed(Opcode.EXISTS, (message, table) -> put(message, table, ExistsRequest.KEYS, keys));
  }

  private static byte[] mget(String... keys) {
    return timed(Opcode.MGET, (message, table) -> put(message, table, MgetRequest.KEYS, keys));
  }

  private static void put(MessageWriter message, int table, int field, String... keys) {
    int vector = message.reserveTables(table, field, keys.length);
    for (int i = 0; i < keys.length; i++) {
      message.putBytes(message.element(vector, i, Bytes.TABLE), Bytes.DATA, Frames.utf8(keys[i]));
    }
  }

  /** Ten entries from {@code start} on, if there are as many. */
  private static byte[] scan(String start) {
    return timed(
        Opcode.SCAN,
        (message, table) -> {
          message.putBytes(table, ScanRequest.START, Frames.utf8(start));
          message.putInt(table, ScanRequest.LIMIT, 10);
        });
  }
}
