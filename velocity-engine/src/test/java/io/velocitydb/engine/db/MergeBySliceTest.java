package io.velocitydb.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A merge of much gives the space of what it has read back while it goes on. */
class MergeBySliceTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final int FILE_BYTES = 16 * 1024;
  private static final int KEYS = 20_000;
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(64L << 20)
          .withDurability(Durability.OS)
          .withMemtableBytes(1 << 20)
          .withTableFileBytes(FILE_BYTES)
          .withCompactionThreshold(100)
          .withCompression(false)
          .withWalSegmentBytes(16 * 1024);

  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_700_000_000_000L);
  private StepBackground background = new StepBackground(3, clock);

  private Engine open(SimVfs disk) {
    return Engine.open(
        DIRECTORY,
        OPTIONS,
        new EngineEnvironment(disk, clock, memory, background, EngineListener.NONE));
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  /** Runs that overlap everywhere, in files of the usual size. */
  private static void fill(Database database, int rounds) {
    Random random = new Random(5);
    byte[] value = new byte[100];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < KEYS; i += 100) {
        try (WriteBatch batch = database.newBatch()) {
          for (int j = 0; j < 100; j++) {
            if (random.nextInt(2) == 0) {
              random.nextBytes(value);
              batch.put(key(i + j), value);
            }
          }
          if (random.nextInt(4) == 0) {
            batch.deleteRange(
                KeyRange.of(key(i + random.nextInt(50)), key(i + 50 + random.nextInt(500))));
          }
          batch.delete(key(i));
          database.write(batch, Durability.OS);
        }
      }
      database.flush();
    }
  }

  private static List<String> everything(Database database, @Nullable Snapshot snapshot) {
    List<String> all = new ArrayList<>();
    try (Cursor cursor = cursor(database, snapshot, false)) {
      while (cursor.next()) {
        all.add(show(cursor));
      }
    }
    List<String> backwards = new ArrayList<>();
    try (Cursor cursor = cursor(database, snapshot, true)) {
      while (cursor.next()) {
        backwards.add(show(cursor));
      }
    }
    assertThat(backwards.reversed()).isEqualTo(all);
    return all;
  }

  private static Cursor cursor(Database database, @Nullable Snapshot snapshot, boolean reverse) {
    return snapshot == null
        ? database.cursor(KeyRange.all(), reverse)
        : database.cursor(KeyRange.all(), reverse, snapshot);
  }

  private static String show(Cursor cursor) {
    return ByteBuffer.wrap(cursor.key()).getInt() + " " + Arrays.hashCode(cursor.value());
  }

  private static long tableBytes(SimVfs disk) throws Exception {
    long bytes = 0;
    for (Path file : disk.files()) {
      if (file.toString().endsWith(".sst")) {
        bytes += disk.size(file);
      }
    }
    return bytes;
  }

  @Test
  void aMergeOfEverythingNeedsLittleSpace() throws Exception {
    SimVfs disk = new SimVfs(1);
    try (Engine engine = open(disk)) {
      Database database = engine.openOrCreate("a");
      fill(database, 1);
      database.compact();
      fill(database, 3);
      background.runAll();
      List<String> before = everything(database, null);
      long present = tableBytes(disk);
      long most = mostWhileMerging(database, disk);
      // Of each of the four runs a file may be half merged.
      assertThat(most - present).isLessThan(present / 10 + 4 * FILE_BYTES);
      assertThat(tableBytes(disk)).isLessThan(present);
      assertThat(database.stats().runs()).isEqualTo(1);
      assertThat(everything(database, null)).isEqualTo(before);
    }
  }

  @Test
  void aSnapshotSeesTheSameDuringAndAfterAMergeAndItsFilesGoWithIt() throws Exception {
    SimVfs disk = new SimVfs(1);
    try (Engine engine = open(disk)) {
      Database database = engine.openOrCreate("a");
      fill(database, 2);
      List<String> first;
      List<String> second;
      try (Snapshot snapshot = database.snapshot();
          Cursor cursor = database.cursor(KeyRange.all(), false)) {
        first = everything(database, null);
        assertThat(cursor.next()).isTrue();
        String seen = show(cursor);
        fill(database, 2);
        second = everything(database, null);
        database.compact();
        assertThat(everything(database, snapshot)).isEqualTo(first);
        assertThat(everything(database, null)).isEqualTo(second);
        assertThat(seen).isEqualTo(first.getFirst());
        int rest = 1;
        while (cursor.next()) {
          rest++;
        }
        assertThat(rest).isEqualTo(first.size());
      }
      background.runAll();
      database.compact();
      background.runAll();
      assertThat(everything(database, null)).isEqualTo(second);
      assertThat(bytes(disk)).isEqualTo(database.stats().tableBytes());
    }
    assertThat(disk.openFiles()).isEmpty();
  }

  /** At many places; what was merged before stays merged. */
  @Test
  void aCrashAmongSlicesLosesNothing() throws Exception {
    SimVfs filled = new SimVfs(1);
    List<String> before;
    try (Engine engine = open(filled)) {
      Database database = engine.openOrCreate("a");
      fill(database, 3);
      before = everything(database, null);
    }
    int partly = 0;
    for (int at = 50; at < 1_000; at += 100) {
      SimVfs disk = filled.copy(at);
      background = new StepBackground(at, clock);
      Engine engine = open(disk);
      disk.powerOffAfter(at);
      try {
        engine.database("a").compact();
      } catch (EngineException expected) {
        assertThat(disk.isOff()).isTrue();
      }
      try {
        engine.close();
      } catch (EngineException expected) {
        assertThat(disk.isOff()).isTrue();
      }
      background.kill();
      disk.powerLoss();
      background = new StepBackground(at, clock);
      try (Engine again = open(disk)) {
        Database database = again.database("a");
        partly += database.stats().runs() > 1 && database.stats().tableFiles() > 3 ? 1 : 0;
        assertThat(everything(database, null)).isEqualTo(before);
        assertThat(again.verify().problems()).isEmpty();
        database.compact();
        assertThat(everything(database, null)).isEqualTo(before);
        assertThat(database.stats().runs()).isEqualTo(1);
      }
    }
    assertThat(partly).isPositive();
  }

  private long mostWhileMerging(Database database, SimVfs disk) throws Exception {
    long[] most = {0};
    CompletableFuture<Void> done = ((LsmDatabase) database).store().compactor().mergeAll();
    disk.onChange(() -> most[0] = Math.max(most[0], bytes(disk)));
    background.await(done);
    disk.onChange(() -> {});
    background.runAll();
    return most[0];
  }

  private static long bytes(SimVfs disk) {
    try {
      return tableBytes(disk);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
