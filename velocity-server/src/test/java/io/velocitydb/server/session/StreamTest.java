package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.protocol.fbs.DbDropRequest;
import io.velocitydb.protocol.fbs.Entry;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.fbs.Meta;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.fbs.SlowlogRequest;
import io.velocitydb.protocol.fbs.SlowlogResponse;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replies of many frames: one state of the database, in bounded memory, for a bounded time. */
final class StreamTest {
  private static final int FRAME_MAX = 256 << 10;

  /** More than the sockets between server and test take. */
  private static final int MANY = 120;

  private static final int LARGE = 200 << 10;

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(System.nanoTime());
  private TestServer server;
  private RawConnection connection;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(folder);
    server.nanoTime(now::get);
    connection = server.local();
  }

  @AfterEach
  void stop() throws IOException {
    connection.close();
    server.close();
  }

  // ---- Requests ----

  private static byte[] scan(BiConsumer<MessageWriter, Integer> more) {
    return Frames.of(
        Opcode.SCAN,
        (m, t) -> {
          m.putBoolean(t, ScanRequest.STREAM, true);
          more.accept(m, t);
        });
  }

  private static byte[] scan() {
    return scan((_, _) -> {});
  }

  private static byte[] mget(List<String> keys) {
    return Frames.of(
        Opcode.MGET,
        (m, t) -> {
          m.putBoolean(t, MgetRequest.STREAM, true);
          int vector = m.reserveTables(t, MgetRequest.KEYS, keys.size());
          for (int i = 0; i < keys.size(); i++) {
            m.putBytes(m.element(vector, i, Bytes.TABLE), Bytes.DATA, Frames.utf8(keys.get(i)));
          }
        });
  }

  private static List<Frame> frames(RawConnection from) throws IOException {
    List<Frame> frames = new ArrayList<>();
    do {
      frames.add(from.read());
    } while (frames.getLast().hasMore());
    return frames;
  }

  private List<Frame> stream(byte[] request) throws IOException {
    connection.send(request);
    return frames(connection);
  }

  private static List<String> keys(List<Frame> frames) {
    List<String> keys = new ArrayList<>();
    for (Frame frame : frames) {
      assertThat(frame.answers(Opcode.SCAN)).as("%s", frame).isTrue();
      ScanResponse page = ScanResponse.getRootAsScanResponse(frame.table());
      for (int i = 0; i < page.entriesLength(); i++) {
        keys.add(Frame.text(page.entries(i).keyAsByteBuffer()));
      }
    }
    return keys;
  }

  private static byte[] cursor(Frame last) {
    ScanResponse page = ScanResponse.getRootAsScanResponse(last.table());
    byte[] cursor = new byte[page.cursorLength()];
    if (cursor.length > 0) {
      page.cursorAsByteBuffer().get(cursor);
    }
    return cursor;
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj("key%05d"::formatted).toList();
  }

  private void fill(int count, int valueBytes) throws IOException {
    fill(connection, count, valueBytes, 'o');
  }

  private static void fill(RawConnection to, int count, int valueBytes, int content)
      throws IOException {
    byte[] value = new byte[valueBytes];
    Arrays.fill(value, (byte) content);
    for (String name : names(count)) {
      to.send(Frames.set(name, value));
      if (valueBytes > 1_000) {
        assertThat(to.read().isError()).isFalse();
      }
    }
    for (int i = 0; valueBytes <= 1_000 && i < count; i++) {
      assertThat(to.read().isError()).isFalse();
    }
  }

  private void pass(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  // ---- What a stream says ----

  @Test
  void aScanGivesEverythingInFramesOfWhichOnlyTheLastSaysThatItIs() throws IOException {
    fill(4_500, 100);
    List<Frame> frames = stream(scan());

    assertThat(frames).hasSizeGreaterThan(4);
    assertThat(frames.subList(0, frames.size() - 1)).allMatch(Frame::hasMore);
    assertThat(frames).allMatch(frame -> frame.body().length <= FRAME_MAX);
    assertThat(keys(frames)).isEqualTo(names(4_500));
    assertThat(cursor(frames.getLast())).isEmpty();
  }

  @Test
  void everyFrameOfAScanSaysWhereToGoOnShouldTheStreamBreakOff() throws IOException {
    fill(4_500, 100);
    List<Frame> frames = stream(scan());
    for (int i = 0; i < frames.size() - 1; i++) {
      byte[] cursor = cursor(frames.get(i));
      List<String> given = keys(frames.subList(0, i + 1));
      given.addAll(keys(stream(scan((m, t) -> m.putBytes(t, ScanRequest.CURSOR, cursor)))));
      assertThat(given).isEqualTo(names(4_500));
    }
  }

  @Test
  void anEntryThatIsLargerThanAFrameHasOneForItself() throws IOException {
    fill(3, 300_000);
    List<Frame> frames = stream(scan());
    assertThat(frames).hasSize(3).allMatch(frame -> frame.body().length > 300_000);
    assertThat(keys(frames)).isEqualTo(names(3));
  }

  @Test
  void entriesFillAFrameButNeverMoreThanThat() throws IOException {
    fill(60, 30_000);
    List<Frame> frames = stream(scan());
    assertThat(keys(frames)).isEqualTo(names(60));
    assertThat(frames).allMatch(frame -> frame.body().length <= FRAME_MAX);
    assertThat(frames.getFirst().body().length).isGreaterThan(FRAME_MAX - 31_000);
  }

  @Test
  void aStreamGoesBackwardWithoutValuesAndOverPartOfTheKeys() throws IOException {
    fill(3_000, 10);
    List<Frame> frames =
        stream(
            scan(
                (m, t) -> {
                  m.putBoolean(t, ScanRequest.REVERSE, true);
                  m.putBoolean(t, ScanRequest.KEYS_ONLY, true);
                  m.putBytes(t, ScanRequest.START, Frames.utf8("key00100"));
                  m.putBytes(t, ScanRequest.END, Frames.utf8("key02900"));
                }));
    assertThat(keys(frames)).isEqualTo(names(3_000).subList(100, 2_900).reversed());
    Entry first = ScanResponse.getRootAsScanResponse(frames.getFirst().table()).entries(0);
    assertThat(first.valueLength()).isZero();
  }

  @Test
  void aLimitCountsAllFramesAndLeavesACursor() throws IOException {
    fill(2_500, 10);
    List<Frame> frames = stream(scan((m, t) -> m.putInt(t, ScanRequest.LIMIT, 2_100)));
    assertThat(keys(frames)).isEqualTo(names(2_500).subList(0, 2_100));
    byte[] cursor = cursor(frames.getLast());
    List<Frame> rest = stream(scan((m, t) -> m.putBytes(t, ScanRequest.CURSOR, cursor)));
    assertThat(keys(rest)).isEqualTo(names(2_500).subList(2_100, 2_500));
  }

  @Test
  void nothingIsOneEmptyFrame() throws IOException {
    List<Frame> frames = stream(scan((m, t) -> m.putBytes(t, ScanRequest.PREFIX, new byte[] {1})));
    assertThat(frames).hasSize(1);
    assertThat(keys(frames)).isEmpty();
    assertThat(stream(mget(List.of()))).hasSize(1);
  }

  @Test
  void severalKeysAreReadInOrderHoweverLargeTheirValuesAre() throws IOException {
    fill(20, LARGE);
    List<String> wanted = new ArrayList<>(names(20).reversed());
    wanted.add(3, "missing");
    List<Frame> frames = stream(mget(wanted));

    List<Integer> lengths = new ArrayList<>();
    for (Frame frame : frames) {
      assertThat(frame.body().length).isLessThanOrEqualTo(FRAME_MAX);
      MgetResponse response = MgetResponse.getRootAsMgetResponse(frame.table());
      for (int i = 0; i < response.entriesLength(); i++) {
        lengths.add(response.entries(i).found() ? response.entries(i).valueLength() : -1);
      }
    }
    List<Integer> expected = new ArrayList<>(java.util.Collections.nCopies(20, LARGE));
    expected.add(3, -1);
    assertThat(lengths).isEqualTo(expected);
  }

  @Test
  void aRequestThatIsALargeFrameItselfIsAnsweredByAStream() throws IOException {
    fill(10, 100);
    List<String> wanted = new ArrayList<>(java.util.Collections.nCopies(9_000, "missing"));
    wanted.set(8_999, "key00009");
    List<Frame> frames = stream(mget(wanted));
    int entries = 0;
    for (Frame frame : frames) {
      entries += MgetResponse.getRootAsMgetResponse(frame.table()).entriesLength();
    }
    assertThat(entries).isEqualTo(9_000);
    MgetResponse last = MgetResponse.getRootAsMgetResponse(frames.getLast().table());
    assertThat(last.entries(last.entriesLength() - 1).valueLength()).isEqualTo(100);
    assertThat(connection.call(Frames.ping("on")).payload()).isEqualTo("on");
  }

  // ---- Order, and one state ----

  @Test
  void repliesKeepTheOrderOfTheirRequests() throws IOException {
    fill(1_500, 100);
    connection.send(
        Frames.join(
            Frames.ping("before"),
            scan(),
            Frames.get("key00007"),
            scan((m, t) -> m.putInt(t, ScanRequest.LIMIT, 1)),
            Frames.set("key00000", "new"),
            Frames.get("key00000"),
            mget(List.of("key00000")),
            Frames.ping("after")));
    assertThat(connection.read().payload()).isEqualTo("before");
    assertThat(keys(frames(connection))).isEqualTo(names(1_500));
    assertThat(connection.read().value()).isEqualTo("o".repeat(100));
    assertThat(keys(frames(connection))).containsExactly("key00000");
    assertThat(connection.read().answers(Opcode.SET)).isTrue();
    assertThat(connection.read().value()).isEqualTo("new");
    MgetResponse several =
        MgetResponse.getRootAsMgetResponse(frames(connection).getFirst().table());
    assertThat(Frame.text(several.entries(0).valueAsByteBuffer())).isEqualTo("new");
    assertThat(connection.read().payload()).isEqualTo("after");
  }

  @Test
  void whatOthersWriteMeanwhileIsNotSeen() throws IOException {
    fill(MANY, LARGE);
    connection.send(scan());
    Frame first = connection.read();
    try (RawConnection other = server.local()) {
      fill(other, MANY, 10, 'n');
      assertThat(other.call(Frames.delete("key00050")).isError()).isFalse();
    }
    List<Frame> frames = new ArrayList<>(List.of(first));
    frames.addAll(frames(connection));
    assertThat(keys(frames)).isEqualTo(names(MANY));
    ScanResponse last = ScanResponse.getRootAsScanResponse(frames.getLast().table());
    assertThat(last.entries(0).valueLength()).isEqualTo(LARGE);
  }

  // ---- Bounds ----

  @Test
  void aClientThatDoesNotReadHoldsLittleAndDisturbsNobody() throws IOException {
    fill(MANY, LARGE);
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    byte[][] requests = new byte[20][];
    Arrays.fill(requests, scan());
    connection.send(requests);
    try (RawConnection other = server.local()) {
      for (int i = 0; i < 500; i++) {
        assertThat(other.call(Frames.ping("fine")).payload()).isEqualTo("fine");
      }
    }
    assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
        .isLessThan(16L << 20);
    for (int i = 0; i < requests.length; i++) {
      assertThat(keys(frames(connection))).hasSize(MANY);
    }
  }

  @Test
  void aClientThatTakesNothingForTheIdleTimeIsClosed() throws Exception {
    fill(MANY, LARGE);
    connection.close();
    server.close();
    server = TestServer.start(folder, Map.of("server.connection_timeout_seconds", "1"));
    server.nanoTime(now::get);
    connection = server.local();
    connection.send(scan());
    assertThat(connection.read().hasMore()).isTrue();
    // More than once: the server may still be sending what it can.
    await()
        .until(
            () -> {
              pass(2);
              try (RawConnection other = server.local()) {
                return connections(other) == 1;
              }
            });
  }

  /** Or every export would be among the slowest requests. */
  @Test
  void theTimeThatAClientTakesIsNotTheServers() throws IOException {
    fill(MANY, LARGE);
    // More than once: the server may be writing a frame just when time passes, if it was kept from
    // going on for that long.
    await()
        .atMost(2, TimeUnit.MINUTES)
        .until(
            () -> {
              slowScans();
              connection.send(scan());
              assertThat(connection.read().hasMore()).isTrue();
              untilNothingMoreComes();
              pass(20);
              frames(connection);
              return slowScans() == 0;
            });
  }

  /** The server waits then: all buffers between it and this client are full. */
  private void untilNothingMoreComes() {
    AtomicInteger before = new AtomicInteger(-1);
    await()
        .atMost(1, TimeUnit.MINUTES)
        .during(500, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              int now = connection.available();
              return before.getAndSet(now) == now;
            });
  }

  /** Those since the last look. */
  private int slowScans() throws IOException {
    Frame answer =
        connection.call(
            Frames.of(Opcode.SLOWLOG, (m, t) -> m.putBoolean(t, SlowlogRequest.RESET, true)));
    SlowlogResponse response = SlowlogResponse.getRootAsSlowlogResponse(answer.table());
    int scans = 0;
    for (int i = 0; i < response.operationsLength(); i++) {
      scans += response.operations(i).opcode() == Opcode.SCAN.number() ? 1 : 0;
    }
    return scans;
  }

  private static long connections(RawConnection connection) throws IOException {
    Frame answer = connection.call(Frames.empty(Opcode.CONNECTIONS.number()));
    return ConnectionsResponse.getRootAsConnectionsResponse(answer.table()).total();
  }

  @Test
  void afterThirtySecondsAStreamEndsWithACursorAndTheClientGoesOnFromThere() throws IOException {
    fill(MANY, LARGE);
    connection.send(scan());
    Frame first = connection.read();
    pass(30);
    List<Frame> frames = new ArrayList<>(List.of(first));
    frames.addAll(frames(connection));

    List<String> given = new ArrayList<>(keys(frames));
    assertThat(given).hasSizeLessThan(MANY).isNotEmpty();
    byte[] cursor = cursor(frames.getLast());
    given.addAll(keys(stream(scan((m, t) -> m.putBytes(t, ScanRequest.CURSOR, cursor)))));
    assertThat(given).isEqualTo(names(MANY));
  }

  @Test
  void severalKeysThatTakeLongerAreCutShort() throws IOException {
    fill(MANY, LARGE);
    connection.send(mget(names(MANY)));
    int given = MgetResponse.getRootAsMgetResponse(connection.read().table()).entriesLength();
    pass(31);
    for (Frame frame : frames(connection)) {
      assertThat(frame.answers(Opcode.MGET)).isTrue();
      given += MgetResponse.getRootAsMgetResponse(frame.table()).entriesLength();
    }
    assertThat(given).isBetween(1, MANY - 1);
    assertThat(connection.call(Frames.ping("on")).payload()).isEqualTo("on");
  }

  /** Dropping waits for every state of the database that is held. */
  @Test
  void aStreamThatWaitsForItsClientLetsGoOfADatabaseThatIsDropped() throws IOException {
    server.createDatabase("shop");
    assertThat(connection.call(use("shop")).isError()).isFalse();
    fill(MANY, LARGE);
    connection.send(scan());
    assertThat(connection.read().hasMore()).isTrue();
    server.administer(
        Frames.of(Opcode.DB_DROP, (m, t) -> m.putString(t, DbDropRequest.NAME, "shop")));
    List<Frame> frames = frames(connection);
    assertThat(frames.getLast().errorCode()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    assertThat(keys(frames.subList(0, frames.size() - 1))).hasSizeLessThan(MANY);
    assertThat(connection.call(Frames.get("key00000")).errorCode())
        .isEqualTo(ErrorCode.NO_DATABASE);
  }

  @Test
  void aClientThatGoesAwayLeavesNothingBehind() throws IOException {
    server.createDatabase("shop");
    assertThat(connection.call(use("shop")).isError()).isFalse();
    fill(MANY, LARGE);
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    for (int i = 0; i < 10; i++) {
      try (RawConnection sudden = server.local()) {
        assertThat(sudden.call(use("shop")).isError()).isFalse();
        sudden.send(Frames.join(scan(), scan(), mget(names(MANY))));
        assertThat(sudden.read().hasMore()).isTrue();
      }
    }
    server.administer(
        Frames.of(Opcode.DB_DROP, (m, t) -> m.putString(t, DbDropRequest.NAME, "shop")));
    await()
        .untilAsserted(
            () ->
                assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                    .isLessThan(8L << 20));
  }

  private static byte[] use(String database) {
    return Frames.of(Opcode.USE, (m, t) -> m.putString(t, UseRequest.DATABASE, database));
  }

  @Test
  void aClientsOwnTimeLimitEndsItsStreamWithAnError() throws IOException {
    fill(MANY, LARGE);
    connection.send(
        scan(
            (m, t) -> {
              int meta = m.putTable(t, ScanRequest.META, Meta.TABLE);
              m.putInt(meta, Meta.TIMEOUT_MS, 5_000);
            }));
    assertThat(connection.read().hasMore()).isTrue();
    pass(6);
    List<Frame> frames = frames(connection);
    assertThat(frames.getLast().errorCode()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(keys(frames.subList(0, frames.size() - 1))).hasSizeLessThan(MANY - 1);
    assertThat(connection.call(Frames.ping("on")).payload()).isEqualTo("on");
  }

  // ---- Agreement ----

  @Test
  void helloSaysThatThereAreStreamsToWhoAsks() throws IOException {
    try (RawConnection stranger = server.tls()) {
      byte[] hello =
          Frames.of(
              Opcode.HELLO,
              (m, t) -> {
                m.putInt(t, HelloRequest.PROTOCOL_MIN, 2 << 16 | 4 << 8);
                m.putInt(t, HelloRequest.PROTOCOL_MAX, 2 << 16 | 4 << 8);
                m.putLong(t, HelloRequest.FEATURES, Features.STREAMS | 1L << 40);
                m.putStrings(t, HelloRequest.MECHANISMS, List.of(AuthMessage.MECHANISM));
                m.putStrings(
                    t, HelloRequest.BINDING_TYPES, List.of(AuthMessage.BINDING_CERTIFICATE));
                m.putString(t, HelloRequest.USER, "nobody");
                m.putBytes(t, HelloRequest.NONCE, new byte[32]);
              });
      HelloResponse answer = HelloResponse.getRootAsHelloResponse(stranger.call(hello).table());
      assertThat(answer.features()).isEqualTo(Features.STREAMS);
    }
  }
}
