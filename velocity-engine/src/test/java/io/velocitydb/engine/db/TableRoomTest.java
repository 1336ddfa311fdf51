package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.TableMetrics;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which tables have index and filter in memory whole when there is no room for those of all. */
class TableRoomTest {
  private static final int TABLES = 20;
  private static final int KEYS = 4_000;
  private static final int BLOCK_BYTES = 1024;
  private static final long MEMTABLES = 6 * (32 << 10);
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16 << 20)
          .withMemtableBytes(32 << 10)
          .withCompactionThreshold(1_000)
          .withCompression(false)
          .withBlockBytes(BLOCK_BYTES);

  /** Room for a fifth of all indexes and filters, and for a few blocks. */
  private static final EngineOptions TIGHT = OPTIONS.withMemoryLimit(MEMTABLES + (88 << 10));

  private final SimVfs disk = new SimVfs(4);
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);
  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(5);
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
        Path.of("/data"),
        options,
        new EngineEnvironment(disk, clock, memory, background, EngineListener.NONE));
  }

  private void reopen(EngineOptions options) {
    engine.close();
    background.runAll();
    engine = open(options);
    database = engine.database("d");
  }

  private static byte[] key(int table, int i) {
    return "key%03d%07d".formatted(table, i).getBytes(UTF_8);
  }

  private void tables() {
    // A memtable has its most while it is written, so that each table has the keys of one round.
    reopen(OPTIONS.withMemtableBytes(2 << 20));
    for (int t = 0; t < TABLES; t++) {
      try (WriteBatch batch = database.newBatch()) {
        for (int i = 0; i < KEYS; i++) {
          batch.put(key(t, i), new byte[20]);
        }
        database.write(batch, Durability.OS);
      }
      database.flush();
    }
    background.runAll();
    assertThat(database.stats().tableFiles()).isEqualTo(TABLES);
  }

  private TableMetrics metrics() {
    return ((LsmDatabase) database).store().tables().metrics();
  }

  private long resident() {
    return memory.allocated(MemoryTag.INDEX) + memory.allocated(MemoryTag.FILTER);
  }

  /** Reads a random key of some tables. */
  private void read(int from, int to) {
    int table = from + random.nextInt(to - from);
    assertThat(database.get(key(table, random.nextInt(KEYS)))).isPresent();
    background.runAll();
  }

  @Test
  void aReadOfATableWithoutRoomReadsAFewBlocksAndTheMemoryStaysInItsLimit() {
    tables();
    reopen(TIGHT);
    final long limit = MemoryShares.tables(TIGHT);
    for (int i = 0; i < 500; i++) {
      read(0, TABLES);
    }
    long most = 0;
    long peak = 0;
    long before = metrics().blockReadBytes();
    for (int i = 0; i < 2_000; i++) {
      long bytes = metrics().blockReadBytes();
      read(0, TABLES);
      most = Math.max(most, metrics().blockReadBytes() - bytes);
      peak = Math.max(peak, resident());
    }
    assertThat(most)
        .as("a filter partition, an index partition, a data block, and maybe what tells where")
        .isLessThanOrEqualTo(4 * (BLOCK_BYTES + 100));
    assertThat((metrics().blockReadBytes() - before) / 2_000).isLessThan(3 * BLOCK_BYTES);
    assertThat(peak).isBetween(limit / 2, limit);
  }

  @Test
  void withRoomForAllNothingButDataBlocksIsReadAfterTheFirstReadOfATable() {
    tables();
    reopen(OPTIONS);
    for (int t = 0; t < TABLES; t++) {
      read(t, t + 1);
    }
    long resident = resident();
    for (int i = 0; i < 1_000; i++) {
      long blocks = metrics().blockReads();
      read(0, TABLES);
      assertThat(metrics().blockReads() - blocks).isLessThanOrEqualTo(1);
    }
    assertThat(resident()).isEqualTo(resident);
  }

  @Test
  void whatIsReadGetsTheRoomOfWhatIsNotReadAnyMore() {
    tables();
    reopen(TIGHT);
    for (int i = 0; i < 500; i++) {
      read(0, 3);
    }
    long blocks = metrics().blockReads();
    for (int i = 0; i < 100; i++) {
      read(0, 3);
    }
    assertThat(metrics().blockReads() - blocks).as("these are whole").isLessThanOrEqualTo(100);
    for (int i = 0; i < 1_500; i++) {
      read(10, 13);
    }
    blocks = metrics().blockReads();
    for (int i = 0; i < 100; i++) {
      read(10, 13);
    }
    assertThat(metrics().blockReads() - blocks).as("and now these").isLessThanOrEqualTo(100);
  }
}
