package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.Ingested;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.PortableFile;
import io.velocitydb.engine.PortableFileWriter;
import io.velocitydb.engine.Progress;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database goes to one file and comes back from it, whole or not at all. */
class PortableFileTest {
  private static final Path DATA = Path.of("/data");
  private static final Path FILE = Path.of("/files/orders.velo");
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16L << 20)
          .withMemtableBytes(16 * 1024)
          .withCompactionThreshold(2)
          .withBlockBytes(512)
          .withWalSegmentBytes(32 * 1024);

  private final SimVfs sim = new SimVfs(1);
  private final FailingVfs vfs = new FailingVfs(sim);
  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);

  private Engine open() {
    return open(vfs);
  }

  private Engine open(FailingVfs with) {
    return Engine.open(
        DATA, OPTIONS, new EngineEnvironment(with, clock, memory, background, EngineListener.NONE));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Map<String, String> contents(Database database) {
    return contents(database.cursor(KeyRange.all(), false));
  }

  private static Map<String, String> contents(Cursor all) {
    Map<String, String> found = new TreeMap<>();
    try (Cursor cursor = all) {
      while (cursor.next()) {
        found.put(new String(cursor.key(), UTF_8), new String(cursor.value(), UTF_8));
      }
    }
    return found;
  }

  private static void fill(Database database, int from, int to, String value) {
    for (int i = from; i < to; i++) {
      database.put(bytes("key%05d".formatted(i)), bytes(value + i));
    }
  }

  private static void assertRefused(Kind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e).hasMessageContaining(words);
              assertThat(e.getMessage()).doesNotContain("\n");
            });
  }

  @Test
  void aSnapshotComesBackInAnotherDatabase() {
    try (Engine engine = open()) {
      Database orders = engine.createDatabase("orders");
      fill(orders, 0, 2_000, "v");
      orders.delete(bytes("key00007"));
      orders.put(bytes("soon"), bytes("x"), (byte) 1, Expiry.in(1_000), Condition.ALWAYS);
      orders.put(bytes("gone"), bytes("x"), (byte) 1, Expiry.in(10), Condition.ALWAYS);
      clock.advance(100);
      Map<String, String> then = contents(orders);
      AtomicLong told = new AtomicLong();
      PortableFile file = orders.snapshot(FILE, (done, total) -> told.set(done));
      assertThat(file.entries()).isEqualTo(2_000).isEqualTo(told.get());
      fill(orders, 0, 10, "later");

      Database copy = engine.createDatabase("copy");
      Ingested ingested = copy.ingest(FILE, Progress.NONE);
      assertThat(ingested.entries()).isEqualTo(2_000);
      assertThat(contents(copy)).isEqualTo(then).containsKey("soon").doesNotContainKey("gone");
      assertThat(copy.get(bytes("soon")).orElseThrow().encoding()).isEqualTo((byte) 1);
      assertThat(copy.get(bytes("key00001")).orElseThrow().version()).isEqualTo(ingested.version());
      clock.advance(1_000);
      assertThat(copy.get(bytes("soon"))).isEmpty();
      assertThat(engine.verify().problems()).isEmpty();
    }
  }

  @Test
  void whatIsIngestedIsTheNewestAndTheRestStays() {
    try (Engine engine = open()) {
      Database source = engine.createDatabase("source");
      fill(source, 100, 200, "file");
      source.snapshot(FILE, Progress.NONE);

      Database target = engine.createDatabase("target");
      fill(target, 0, 150, "old");
      target.flush();
      fill(target, 50, 160, "memory");
      try (WriteBatch batch = target.newBatch()) {
        batch.deleteRange(KeyRange.of(bytes("key00110"), bytes("key00120")));
        target.write(batch, Durability.OS);
      }
      long before =
          target.put(bytes("last"), bytes("1"), (byte) 0, Expiry.NONE, Condition.ALWAYS).version();
      try (Snapshot snapshot = target.snapshot()) {
        Map<String, String> then = contents(target);
        long version = target.ingest(FILE, Progress.NONE).version();
        assertThat(version).isGreaterThan(before);
        Map<String, String> expected = new TreeMap<>(then);
        for (int i = 100; i < 200; i++) {
          expected.put("key%05d".formatted(i), "file" + i);
        }
        assertThat(contents(target)).isEqualTo(expected);
        target.compact();
        assertThat(contents(target)).isEqualTo(expected);
        assertThat(contents(target.cursor(KeyRange.all(), false, snapshot)))
            .as("a snapshot from before does not see it")
            .isEqualTo(then);
        assertThat(
                target
                    .put(
                        bytes("key00100"),
                        bytes("newer"),
                        (byte) 0,
                        Expiry.NONE,
                        Condition.ifVersion(version))
                    .version())
            .isGreaterThan(version);
        assertThat(target.get(bytes("key00100")).orElseThrow().value()).isEqualTo(bytes("newer"));
      }
    }
    long ingested;
    try (Engine engine = open()) {
      Database target = engine.database("target");
      assertThat(target.get(bytes("key00199")).orElseThrow().value()).isEqualTo(bytes("file199"));
      ingested = target.get(bytes("key00199")).orElseThrow().version();
      assertThat(
              target.put(bytes("a"), bytes("b"), (byte) 0, Expiry.NONE, Condition.ALWAYS).version())
          .isGreaterThan(ingested);
    }
  }

  @Test
  void anEmptyDatabaseIsAFileToo() {
    try (Engine engine = open()) {
      assertThat(engine.createDatabase("d").snapshot(FILE, Progress.NONE).entries()).isZero();
      fill(engine.database("d"), 0, 1, "v");
      assertThat(engine.database("d").ingest(FILE, Progress.NONE).entries()).isZero();
      assertThat(contents(engine.database("d"))).hasSize(1);
    }
  }

  @Test
  void anExistingFileIsRefusedAndAnInvalidOneToo() throws IOException {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      fill(database, 0, 10, "v");
      database.snapshot(FILE, Progress.NONE);
      assertRefused(
          Kind.INVALID_ARGUMENT,
          "orders.velo exists already",
          () -> database.snapshot(FILE, Progress.NONE));
      assertRefused(
          Kind.STORAGE_ERROR,
          "cannot open /files/none.velo",
          () -> database.ingest(Path.of("/files/none.velo"), Progress.NONE));
      database.flush();
      Path table =
          sim.files().stream()
              .filter(path -> path.toString().endsWith(".sst"))
              .findFirst()
              .orElseThrow();
      assertRefused(Kind.CORRUPTION, table.toString(), () -> database.ingest(table, Progress.NONE));
    }
  }

  @Test
  void damageAtAnyOffsetIsRefusedBeforeAnythingChanges() throws IOException {
    try (Engine engine = open()) {
      Database source = engine.createDatabase("source");
      fill(source, 0, 12, "v");
      source.snapshot(FILE, Progress.NONE);
      byte[] whole = sim.contents(FILE);
      Database target = engine.createDatabase("target");
      fill(target, 0, 3, "mine");
      Map<String, String> then = contents(target);
      for (int i = 0; i < whole.length; i++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << (i % 8));
        sim.setContents(FILE, flipped);
        assertThatThrownBy(() -> target.ingest(FILE, Progress.NONE))
            .as("byte %d flipped", i)
            .isInstanceOf(EngineException.class);
        sim.setContents(FILE, Arrays.copyOf(whole, i));
        assertThatThrownBy(() -> target.ingest(FILE, Progress.NONE))
            .as("cut at %d", i)
            .isInstanceOf(EngineException.class);
      }
      assertThat(contents(target)).isEqualTo(then);
      assertThat(target.stats().tableFiles()).isZero();
      sim.setContents(FILE, whole);
      target.ingest(FILE, Progress.NONE);
      assertThat(contents(target)).hasSize(12);
    }
  }

  @Test
  void sortedEntriesOfAnotherProgramAreIngested(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("made.velo");
    try (PortableFileWriter writer = PortableFileWriter.create(file)) {
      writer.add(bytes("a"), bytes("1"), (byte) 1, 0);
      writer.add(bytes("b"), bytes("2"), (byte) 2, 5_000_000_000_000L);
      assertRefused(
          Kind.INVALID_ARGUMENT,
          "ascending order",
          () -> writer.add(bytes("b"), bytes("3"), (byte) 0, 0));
      assertRefused(
          Kind.TOO_LARGE,
          "the limits are",
          () -> writer.add(bytes("c"), new byte[Database.MAX_VALUE_BYTES + 1], (byte) 0, 0));
      assertThat(writer.finish().entries()).isEqualTo(2);
    }
    try (PortableFileWriter abandoned =
        PortableFileWriter.create(directory.resolve("abandoned.velo"))) {
      abandoned.add(bytes("a"), bytes("1"), (byte) 1, 0);
    }
    assertThat(directory).isDirectoryContaining(path -> path.endsWith("made.velo"));
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
    try (Engine engine = Engine.open(directory.resolve("data"), OPTIONS)) {
      Database database = engine.createDatabase("d");
      database.ingest(file, Progress.NONE);
      assertThat(contents(database)).isEqualTo(Map.of("a", "1", "b", "2"));
      assertThat(database.get(bytes("b")).orElseThrow().expiresAtMs())
          .isEqualTo(5_000_000_000_000L);
    }
  }

  /** The bytes of version 1 of the format, which must be readable for ever. */
  @Test
  void theFormatIsTheOneThatWasReleased() throws IOException {
    try (Engine engine = open();
        var in = PortableFileTest.class.getResourceAsStream("/portable/format-1.velo.hex")) {
      Database source = engine.createDatabase("source");
      source.put(bytes("a"), bytes("1"), (byte) 1, Expiry.NONE, Condition.ALWAYS);
      source.put(bytes("b"), bytes("22"), (byte) 2, Expiry.at(9_000_000), Condition.ALWAYS);
      source.snapshot(FILE, Progress.NONE);
      String hex = HexFormat.of().formatHex(sim.contents(FILE));
      assertThat(in).as("the golden file; what is written now is " + hex).isNotNull();
      String golden = new String(in.readAllBytes(), UTF_8).replaceAll("\\s", "");
      assertThat(hex).isEqualTo(golden);
      sim.setContents(FILE, HexFormat.of().parseHex(golden));
      Database target = engine.createDatabase("target");
      target.ingest(FILE, Progress.NONE);
      assertThat(contents(target)).isEqualTo(Map.of("a", "1", "b", "22"));
    }
  }

  @Test
  void anIngestThatFailsSaysWhetherItMayComeBack() throws IOException {
    int unknown = 0;
    int refused = 0;
    for (long n = 1; ; n++) {
      SimVfs disk = new SimVfs(n);
      FailingVfs files = new FailingVfs(disk);
      Engine engine = open(files);
      Database source = engine.createDatabase("source");
      fill(source, 0, 100, "file");
      source.snapshot(FILE, Progress.NONE);
      Database target = engine.createDatabase("target");
      fill(target, 50, 150, "mine");
      Map<String, String> before = contents(target);
      files.fail(n, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
      try {
        target.ingest(FILE, Progress.NONE);
      } catch (EngineException e) {
        assertThat(contents(target)).isEqualTo(before);
        if (e.outcome() == Outcome.UNKNOWN) {
          unknown++;
          assertRefused(Kind.READ_ONLY, "reopened", () -> fill(target, 0, 1, "later"));
        } else {
          refused++;
          files.heal();
          reopen(engine, files, before);
          continue;
        }
      }
      boolean failed = files.failures() > 0;
      files.heal();
      close(engine);
      if (!failed) {
        break;
      }
    }
    assertThat(unknown).isPositive();
    assertThat(refused).isGreaterThan(unknown);
    assertThat(memory.allocated()).isZero();
  }

  private void reopen(Engine engine, FailingVfs files, Map<String, String> expected) {
    close(engine);
    try (Engine again = open(files)) {
      assertThat(contents(again.database("target"))).isEqualTo(expected);
    }
  }

  /** What was already broken may be told again. */
  @Test
  void whatAnOpeningShowsOfAnIngestThatFailedStaysThroughAPowerLoss() throws IOException {
    int shownAgain = 0;
    boolean failed = true;
    for (long n = 1; failed; n++) {
      for (int seed = 0; seed < 4; seed++) {
        SimVfs disk = new SimVfs(10_000L * seed + n);
        FailingVfs files = new FailingVfs(disk);
        Engine engine = open(files);
        Database source = engine.createDatabase("source");
        fill(source, 0, 20, "file");
        source.snapshot(FILE, Progress.NONE);
        Database target = engine.createDatabase("target");
        fill(target, 10, 30, "mine");
        giveLogsBack();
        files.fail(n, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
        boolean unknown = false;
        try {
          target.ingest(FILE, Progress.NONE);
        } catch (EngineException e) {
          unknown = e.outcome() == Outcome.UNKNOWN;
        }
        failed = files.failures() > 0;
        files.heal();
        die(engine, disk);
        if (unknown) {
          disk.kill();
          Engine again = open(files);
          Map<String, String> shown = contents(again.database("target"));
          shownAgain += shown.containsValue("file0") ? 1 : 0;
          die(again, disk);
          disk.powerLoss();
          try (Engine last = open(files)) {
            assertThat(contents(last.database("target")))
                .as("operation %d, seed %d", n, seed)
                .isEqualTo(shown);
          }
        }
      }
    }
    assertThat(shownAgain).isPositive();
    assertThat(memory.allocated()).isZero();
  }

  /** Time passes without writes; where a log is left, an opening writes the manifest anyway. */
  private void giveLogsBack() {
    for (int i = 0; i < 10; i++) {
      clock.advance(60_000);
      background.runAll();
    }
  }

  private void die(Engine engine, SimVfs disk) {
    disk.powerOff();
    close(engine);
    background.kill();
  }

  private static void close(Engine engine) {
    try {
      engine.close();
    } catch (EngineException e) {
      assertThat(e.kind()).isIn(Kind.STORAGE_ERROR, Kind.READ_ONLY);
    }
  }

  @Test
  void aCrashAtAnyMomentOfAnIngestLeavesAllOfItOrNothing() throws IOException {
    int all = 0;
    for (int n = 1; n < 60; n++) {
      SimVfs disk = new SimVfs(n);
      FailingVfs files = new FailingVfs(disk);
      Engine engine = open(files);
      Database source = engine.createDatabase("source");
      fill(source, 0, 300, "file");
      source.snapshot(FILE, Progress.NONE);
      Database target = engine.createDatabase("target");
      fill(target, 200, 400, "mine");
      Map<String, String> before = contents(target);
      Map<String, String> after = new TreeMap<>(before);
      after.putAll(contents(source));
      boolean done = false;
      disk.powerOffAfter(n);
      try {
        target.ingest(FILE, Progress.NONE);
        done = true;
      } catch (EngineException e) {
        assertThat(disk.isOff()).isTrue();
      }
      disk.powerOff();
      try {
        engine.close();
      } catch (EngineException e) {
        assertThat(disk.isOff()).isTrue();
      }
      background.kill();
      disk.powerLoss();
      try (Engine again = open(files)) {
        Map<String, String> found = contents(again.database("target"));
        assertThat(found).isIn(before, after);
        if (done) {
          assertThat(found).isEqualTo(after);
        }
        all += found.equals(after) ? 1 : 0;
        assertThat(again.verify().problems()).isEmpty();
      }
    }
    assertThat(all).isBetween(1, 58);
    assertThat(memory.allocated()).isZero();
  }

  @Test
  void whileOthersWriteNobodySeesAPartOfAnIngestNorLosesAWrite(@TempDir Path directory)
      throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Engine engine =
        Engine.open(directory.resolve("data"), OPTIONS.withDurability(Durability.OS))) {
      Database database = engine.createDatabase("d");
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    long last = 0;
                    try {
                      for (long i = 1; !stop.get(); i++) {
                        last = database.increment(bytes("count"), 1).number();
                        if (last != i) {
                          throw new AssertionError(last + " where " + i + " is expected");
                        }
                      }
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  });
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (!stop.get()) {
                        long first = -1;
                        try (Cursor cursor =
                            database.cursor(KeyRange.prefix(bytes("round")), false)) {
                          while (cursor.next()) {
                            long round = Long.parseLong(new String(cursor.value(), UTF_8));
                            first = first < 0 ? round : first;
                            if (round != first) {
                              throw new AssertionError("rounds " + first + " and " + round);
                            }
                          }
                        }
                      }
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  });
      for (int round = 0; round < 15; round++) {
        Path file = directory.resolve(round + ".velo");
        try (PortableFileWriter out = PortableFileWriter.create(file)) {
          for (int i = 0; i < 1_000; i++) {
            out.add(bytes("round%05d".formatted(i)), bytes("" + round), (byte) 0, 0);
          }
          out.finish();
        }
        database.ingest(file, Progress.NONE);
        assertThat(database.get(bytes("round00500")).orElseThrow().value())
            .isEqualTo(bytes("" + round));
      }
      stop.set(true);
      writer.join();
      reader.join();
      assertThat(failure.get()).isNull();
      assertThat(engine.verify().problems()).isEmpty();
    }
  }
}
