package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.IncrResponse;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of a connection take effect, and are answered, in the order in which they were sent. */
final class OrderTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * Random pipelines against a model: what every request must be answered is worked out from the
   * order alone. Set {@code velocity.seed} to repeat one.
   */
  @Test
  void everyAnswerIsTheOneThatTheOrderOfRequestsGives() throws Exception {
    long seed = Long.getLong("velocity.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      try (RawConnection connection = server.local()) {
        pipeline(connection, random, "seed " + seed + ", round " + round);
      }
    }
  }

  private static void pipeline(RawConnection connection, Random random, String where)
      throws IOException {
    connection.call(Frames.of(Opcode.DELETE_RANGE, (_, _) -> {}));
    TreeMap<String, String> model = new TreeMap<>();
    List<String> expected = new ArrayList<>();
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    int count = 50 + random.nextInt(300);
    for (int i = 0; i < count; i++) {
      String key = "k" + random.nextInt(8);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> {
          requests.write(Frames.get(key));
          expected.add("get " + model.getOrDefault(key, "(missing)"));
        }
        case 3, 4, 5 -> {
          String value = "v" + i;
          requests.write(Frames.set(key, value));
          model.put(key, value);
          expected.add("set");
        }
        case 6 -> {
          // Larger than a small frame: it is executed by another thread.
          String value = "large " + i + "x".repeat(70_000);
          requests.write(Frames.set(key, value));
          model.put(key, value);
          expected.add("set");
        }
        case 7 -> {
          requests.write(Frames.delete(key));
          model.remove(key);
          expected.add("delete");
        }
        case 8 -> {
          requests.write(scan());
          expected.add("scan " + String.join(",", model.keySet()));
        }
        default -> {
          requests.write(Frames.ping("p" + i));
          expected.add("ping p" + i);
        }
      }
    }
    Thread sender = Thread.ofVirtual().start(() -> send(connection, requests.toByteArray()));
    for (int i = 0; i < count; i++) {
      assertThat(describe(connection.read()))
          .as("%s, request %d", where, i)
          .isEqualTo(expected.get(i));
    }
    join(sender);
  }

  private static byte[] scan() {
    return Frames.of(
        Opcode.SCAN, (message, table) -> message.putBoolean(table, ScanRequest.KEYS_ONLY, true));
  }

  private static void send(RawConnection connection, byte[] requests) {
    try {
      connection.send(requests);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String describe(Frame frame) {
    if (frame.answers(Opcode.GET)) {
      return "get " + frame.value();
    }
    if (frame.answers(Opcode.PING)) {
      return "ping " + frame.payload();
    }
    if (frame.answers(Opcode.SCAN)) {
      ScanResponse page = ScanResponse.getRootAsScanResponse(frame.table());
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < page.entriesLength(); i++) {
        keys.add(Frame.text(page.entries(i).keyAsByteBuffer()));
      }
      return "scan " + String.join(",", keys);
    }
    return frame.answers(Opcode.SET)
        ? "set"
        : frame.answers(Opcode.DELETE) ? "delete" : frame.toString();
  }

  /** Many writers at once, each pipelining: none is lost and each sees its own in order. */
  @Test
  void incrementsOfManyConnectionsAddUp() throws Exception {
    int connections = 8;
    int each = 500;
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler(
                  (_, failure) -> {
                    synchronized (failures) {
                      failures.add(failure);
                    }
                  })
              .start(() -> increment(each)));
    }
    threads.forEach(OrderTest::join);
    assertThat(failures).isEmpty();
    try (RawConnection connection = server.local()) {
      assertThat(connection.call(Frames.get("counter")).value())
          .isEqualTo(String.valueOf(connections * each));
    }
  }

  private static void increment(int times) {
    try (RawConnection connection = server.local()) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < times; i++) {
        requests.write(
            Frames.of(
                Opcode.INCR,
                (message, table) ->
                    message.putBytes(table, IncrRequest.KEY, Frames.utf8("counter"))));
      }
      connection.send(requests.toByteArray());
      long last = 0;
      for (int i = 0; i < times; i++) {
        long value = IncrResponse.getRootAsIncrResponse(connection.read().table()).value();
        assertThat(value).isGreaterThan(last);
        last = value;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anErrorHasItsPlaceAmongTheReplies() throws Exception {
    try (RawConnection connection = server.local()) {
      connection.send(
          Frames.set("a", "1"),
          Frames.empty(Opcode.GET.number()),
          Frames.empty(0x7D),
          Frames.get("a"));
      assertThat(connection.read().answers(Opcode.SET)).isTrue();
      assertThat(connection.read().isError()).isTrue();
      assertThat(connection.read().isError()).isTrue();
      assertThat(connection.read().value()).isEqualTo("1");
    }
  }

  @Test
  void aFrameMayArriveByteByByte() throws Exception {
    try (RawConnection connection = server.local()) {
      for (byte one : Frames.join(Frames.set("slow", "1"), Frames.get("slow"))) {
        connection.send(new byte[] {one});
      }
      assertThat(connection.read().answers(Opcode.SET)).isTrue();
      assertThat(connection.read().value()).isEqualTo("1");
    }
  }
}
