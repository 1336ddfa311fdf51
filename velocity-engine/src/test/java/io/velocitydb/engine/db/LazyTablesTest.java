package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tables keep in memory comes when they are read, and goes when it is too much or unused. */
class LazyTablesTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(4 << 20)
          .withMemtableBytes(32 << 10)
          .withCompactionThreshold(1_000)
          .withBlockBytes(256);

  private final SimVfs disk = new SimVfs(4);
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);
  private final NativeMemory memory = new NativeMemory();
  private Engine engine = open(OPTIONS);
  private Database database = engine.createDatabase("d");

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    for (MemoryTag tag : MemoryTag.values()) {
      assertThat(memory.allocated(tag)).as(tag.name()).isZero();
    }
    assertThat(disk.openFiles()).isEmpty();
  }

  private Engine open(EngineOptions options) {
    return Engine.open(
        DIRECTORY,
        options,
        new EngineEnvironment(disk, clock, memory, background, EngineListener.NONE));
  }

  private void reopen(EngineOptions options) {
    engine.close();
    background.runAll();
    engine = open(options);
    database = engine.database("d");
  }

  private static byte[] key(int i) {
    return "key%06d".formatted(i).getBytes(UTF_8);
  }

  /** So many tables, each of 200 keys of its own. */
  private void tables(int count) {
    for (int t = 0; t < count; t++) {
      try (WriteBatch batch = database.newBatch()) {
        for (int i = 0; i < 200; i++) {
          batch.put(key(t * 200 + i), new byte[20]);
        }
        database.write(batch, Durability.OS);
      }
      database.flush();
    }
    background.runAll();
    assertThat(database.stats().tableFiles()).isEqualTo(count);
  }

  private long resident() {
    return memory.allocated(MemoryTag.INDEX) + memory.allocated(MemoryTag.FILTER);
  }

  private List<String> openTables() {
    return disk.openFiles().stream().filter(name -> name.contains(".sst")).toList();
  }

  private void idle() {
    for (int i = 0; i < 6; i++) {
      clock.advance(130_000);
      background.runAll();
    }
  }

  @Test
  void openingTouchesNoTableAndAReadOnlyThoseThatItNeeds() {
    tables(20);
    reopen(OPTIONS);
    assertThat(resident()).isZero();
    assertThat(openTables()).isEmpty();
    assertThat(database.get(key(205))).isPresent();
    assertThat(openTables()).hasSize(1);
    long one = resident();
    assertThat(one).isPositive();
    assertThat(database.get(key(210))).isPresent();
    assertThat(resident()).isEqualTo(one);
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      assertThat(resident()).isEqualTo(one);
      assertThat(cursor.next()).isTrue();
    }
    assertThat(database.count(KeyRange.all())).isEqualTo(4_000);
    assertThat(resident()).isGreaterThan(15 * one);
  }

  @Test
  void aMissingTableIsSaidWhenTheDirectoryIsOpened() throws Exception {
    tables(2);
    engine.close();
    Path table =
        disk.files().stream().filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow();
    disk.delete(table);
    engine = open(OPTIONS);
    assertThatThrownBy(() -> engine.database("d").get(key(1)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(table + " is missing");
  }

  @Test
  void whatIsReadLeastGoesWhenThereIsTooMuchAndEverythingIsStillFound() {
    tables(60);
    EngineOptions tight = OPTIONS.withMemoryLimit(6 * (32 << 10) + (64 << 10));
    long limit = MemoryShares.tables(tight);
    reopen(tight);
    Random random = new Random(3);
    long peak = 0;
    for (int i = 0; i < 2_000; i++) {
      // Table 7 is read all the time.
      assertThat(database.get(key(7 * 200 + random.nextInt(200)))).isPresent();
      assertThat(database.get(key(random.nextInt(60 * 200)))).isPresent();
      assertThat(database.get(key(60 * 200 + i))).isEmpty();
      background.runAll();
      peak = Math.max(peak, resident());
    }
    assertThat(peak).isLessThanOrEqualTo(limit);
    assertThat(peak).as("it is used").isGreaterThan(limit / 2);
    assertThat(openTables()).as("the file that is read all the time").isNotEmpty();
    assertThat(database.count(KeyRange.all())).isEqualTo(60 * 200);
  }

  @Test
  void aCursorGoesOnWhileItsTablesAreTakenOutOfMemory() {
    tables(40);
    reopen(OPTIONS.withMemoryLimit(6 * (32 << 10) + (32 << 10)));
    int found = 0;
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      while (cursor.next()) {
        assertThat(cursor.key()).isEqualTo(key(found));
        found++;
        if (found % 100 == 0) {
          assertThat(database.get(key((found * 31) % 8_000))).isPresent();
          background.runAll();
        }
      }
    }
    assertThat(found).isEqualTo(8_000);
  }

  @Test
  void aTableThatIsDroppedByAMergeWhileAnOldCursorReadsItIsRemovedAfterwards() {
    tables(10);
    reopen(OPTIONS.withMemoryLimit(6 * (32 << 10) + 1));
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      assertThat(cursor.next()).isTrue();
      database.compact();
      background.runAll();
      int found = 1;
      while (cursor.next()) {
        found++;
      }
      assertThat(found).isEqualTo(2_000);
    }
    background.runAll();
    assertThat(disk.files().stream().filter(f -> f.toString().endsWith(".sst")).count())
        .isEqualTo(database.stats().tableFiles());
  }

  @Test
  void aDatabaseThatIsNotUsedGivesBackAllItsMemoryAndFiles() {
    tables(5);
    for (int i = 0; i < 1_000; i++) {
      database.get(key(i));
    }
    try (WriteBatch batch = database.newBatch()) {
      database.write(
          batch
              .put(key(1), new byte[3_000])
              .increment(key(9_999), 3, 0, io.velocitydb.engine.Expiry.NONE),
          Durability.ALWAYS);
    }
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isPositive();
    assertThat(resident()).isPositive();
    idle();
    for (MemoryTag tag : MemoryTag.values()) {
      if (tag != MemoryTag.BLOCK_CACHE) {
        assertThat(memory.allocated(tag)).as(tag.name()).isLessThan(1_024);
      }
    }
    assertThat(disk.openFiles()).allMatch(name -> name.contains("LOCK"));
    assertThat(database.get(key(1)).orElseThrow().value()).hasSize(3_000);
    database.put(key(2), new byte[3]);
    assertThat(database.get(key(2)).orElseThrow().value()).hasSize(3);
  }

  @Test
  void aDatabaseThatIsReadButNotWrittenKeepsItsIndexes() {
    tables(5);
    for (int i = 0; i < 10; i++) {
      clock.advance(60_000);
      background.runAll();
      assertThat(database.get(key(i * 100))).isPresent();
      background.runAll();
    }
    assertThat(resident()).isPositive();
  }
}
