package io.velocitydb.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many deletes must not make a seek slow. */
class DeletedKeysTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final int DELETED = 100_000;

  /** Of a seek to a key and one step: a few blocks in each run, and their indexes. */
  private static final long FEW_READS = 40;

  /** Generous: a hundred seeks take a millisecond or two. */
  private static final long LONG_NANOS = 1_000_000_000L;

  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(64L << 20)
          .withDurability(Durability.OS)
          .withMemtableBytes(32 << 20)
          .withTableFileBytes(256 << 10)
          .withWalSegmentBytes(1 << 20);

  private final SimVfs disk = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_700_000_000_000L);
  private StepBackground background = new StepBackground(3, clock);

  private Engine open(SimVfs on, EngineOptions options) {
    return Engine.open(
        DIRECTORY,
        options,
        new EngineEnvironment(on, clock, memory, background, EngineListener.NONE));
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  private static int number(Cursor cursor) {
    return ByteBuffer.wrap(cursor.key()).getInt();
  }

  private static void put(Database database, int from, int to) {
    byte[] value = new byte[40];
    each(database, from, to, (batch, i) -> batch.put(key(i), value));
  }

  private static void delete(Database database, int from, int to) {
    each(database, from, to, (batch, i) -> batch.delete(key(i)));
  }

  private interface Step {
    void add(WriteBatch batch, int i);
  }

  private static void each(Database database, int from, int to, Step step) {
    for (int i = from; i < to; ) {
      try (WriteBatch batch = database.newBatch()) {
        for (int n = 0; n < 1_000 && i < to; n++, i++) {
          step.add(batch, i);
        }
        database.write(batch, Durability.OS);
      }
    }
  }

  private static long blockReads(Database database) {
    return ((LsmDatabase) database).store().tables().metrics().blockReads();
  }

  /** Blocks that the first seek to a key reads; what it finds is checked in both directions. */
  private static long seek(Database database, int from, int found, int before) {
    long reads = blockReads(database);
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      assertThat(cursor.seek(key(from))).isTrue();
      assertThat(number(cursor)).isEqualTo(found);
    }
    reads = blockReads(database) - reads;
    try (Cursor cursor = database.cursor(KeyRange.all(), true)) {
      assertThat(cursor.seek(key(found - 1))).isEqualTo(before >= 0);
      if (before >= 0) {
        assertThat(number(cursor)).isEqualTo(before);
      }
    }
    return reads;
  }

  private static void demandQuick(Database database, int from, int found, int before) {
    assertThat(seek(database, from, found, before)).isLessThan(FEW_READS);
    long begun = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      seek(database, from, found, before);
    }
    assertThat(System.nanoTime() - begun).isLessThan(LONG_NANOS);
  }

  @Test
  void aSeekPastManyDeletedKeysIsQuickOnceTheyWereMergedAway() {
    try (Engine engine = open(disk, OPTIONS.withMemoryLimit(1 << 20))) {
      Database database = engine.openOrCreate("a");
      put(database, 0, DELETED + 1);
      database.flush();
      try (Snapshot snapshot = database.snapshot()) {
        delete(database, 0, DELETED);
        database.flush();
        background.runAll();
        // As long as somebody needs the deleted keys, they and the deletes are stepped over.
        assertThat(seek(database, 0, DELETED, -1)).isGreaterThan(10 * FEW_READS);
        assertThat(database.get(key(7), snapshot)).isPresent();
      }
      background.runAll();
      demandQuick(database, 0, DELETED, -1);
      assertThat(database.count(KeyRange.all())).isEqualTo(1);
    }
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void deletesInMemoryAreMergedAwayAfterSomebodySteppedOverThem() {
    try (Engine engine = open(disk, OPTIONS)) {
      Database database = engine.openOrCreate("a");
      put(database, 0, DELETED + 1);
      database.flush();
      delete(database, 0, DELETED);
      background.runAll();
      assertThat(database.stats().memtableBytes()).isPositive();
      assertThat(database.stats().flushes()).isEqualTo(1);
      try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
        assertThat(cursor.next()).isTrue();
        assertThat(number(cursor)).isEqualTo(DELETED);
      }
      background.runAll();
      assertThat(database.stats().flushes()).isEqualTo(2);
      demandQuick(database, 0, DELETED, -1);
      put(database, 0, 100);
      delete(database, 0, 100);
      seek(database, 0, DELETED, -1);
      background.runAll();
      // That was not far enough.
      assertThat(database.stats().flushes()).isEqualTo(2);
    }
  }

  @Test
  void onlyWhatLiesBeforeTheLastOfThemIsWrittenAnew() {
    int before = 5_000;
    int after = 200_000;
    try (Engine engine = open(disk, OPTIONS)) {
      Database database = engine.openOrCreate("a");
      put(database, 0, before + DELETED + after);
      database.compact();
      long compacted = database.stats().compactionBytesWritten();
      // One table that reaches from the first key to the last.
      delete(database, before, before + DELETED);
      put(database, 0, 10);
      put(database, before + DELETED + after - 10, before + DELETED + after);
      database.flush();
      background.runAll();
      demandQuick(database, before, before + DELETED, before - 1);
      assertThat(database.count(KeyRange.all())).isEqualTo(before + after);
      assertThat(database.stats().runs()).isEqualTo(2);
      assertThat(database.stats().compactionBytesWritten() - compacted)
          .isLessThan(compacted * 2 * before / after);
      database.flush();
      background.runAll();
      assertThat(engine.verify().problems()).isEmpty();
    }
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void theRowIsStillKnownAfterTheDatabaseWasOpenedAgain() {
    try (Engine engine = open(disk, OPTIONS)) {
      Database database = engine.openOrCreate("a");
      put(database, 0, DELETED + 1);
      database.flush();
      Snapshot kept = database.snapshot();
      delete(database, 0, DELETED);
      database.flush();
      background.runAll();
      assertThat(kept.sequence()).isPositive();
    }
    background = new StepBackground(4, clock);
    try (Engine engine = open(disk, OPTIONS)) {
      Database database = engine.database("a");
      put(database, DELETED + 1, DELETED + 2);
      database.flush();
      background.runAll();
      demandQuick(database, 0, DELETED, -1);
    }
  }

  @Test
  void aDeletedRangeIsJumpedOver() {
    try (Engine engine = open(disk, OPTIONS)) {
      Database database = engine.openOrCreate("a");
      put(database, 0, DELETED + 10);
      database.flush();
      try (WriteBatch batch = database.newBatch()) {
        batch.deleteRange(KeyRange.of(key(5), key(DELETED)));
        database.write(batch, Durability.OS);
      }
      // In the memtable, in a table above, and merged.
      demandQuick(database, 5, DELETED, 4);
      database.flush();
      demandQuick(database, 5, DELETED, 4);
      background.runAll();
      demandQuick(database, 5, DELETED, 4);
      database.compact();
      demandQuick(database, 5, DELETED, 4);
    }
  }

  /** At many places; a merge that was cut short goes on after the next flush. */
  @Test
  void aCrashWhileDeletesAreMergedAwayLosesNothing() {
    EngineOptions options = OPTIONS.withTableFileBytes(16 << 10);
    SimVfs filled = new SimVfs(1);
    int size = 20_000;
    try (Engine engine = open(filled, options)) {
      Database database = engine.openOrCreate("a");
      put(database, 0, size);
      database.compact();
      Snapshot kept = database.snapshot();
      delete(database, 2_000, size - 2_000);
      put(database, 0, 10);
      put(database, size - 10, size);
      database.flush();
      background.runAll();
      assertThat(kept.sequence()).isPositive();
    }
    int cut = 0;
    for (int at = 2; at < 60; at += 3) {
      SimVfs crashing = filled.copy(at);
      background = new StepBackground(at, clock);
      Engine engine = open(crashing, options);
      crashing.powerOffAfter(at);
      try {
        put(engine.database("a"), size, size + 1);
        engine.database("a").flush();
        background.runAll();
        DatabaseStats stats = engine.database("a").stats();
        cut += stats.compactions() == 0 && stats.compactionBytesWritten() > 0 ? 1 : 0;
        engine.close();
      } catch (EngineException expected) {
        assertThat(crashing.isOff()).isTrue();
      }
      background.kill();
      crashing.powerLoss();
      background = new StepBackground(at, clock);
      try (Engine again = open(crashing, options)) {
        Database database = again.database("a");
        assertThat(numbers(database)).startsWith(0, 1, 2).contains(1_999, size - 2_000);
        assertThat(numbers(database).size()).isBetween(4_000, 4_001);
        assertThat(again.verify().problems()).isEmpty();
        put(database, size, size + 1);
        database.flush();
        background.runAll();
        demandQuick(database, 2_000, size - 2_000, 1_999);
        assertThat(numbers(database)).hasSize(4_001);
      }
    }
    assertThat(cut).as("merges that were cut short between two slices").isPositive();
  }

  private static List<Integer> numbers(Database database) {
    List<Integer> all = new ArrayList<>();
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      while (cursor.next()) {
        all.add(number(cursor));
      }
    }
    return all;
  }
}
