package io.velocitydb.engine.sstable;

import static io.velocitydb.engine.cursor.ModelEntry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table reads index and filter whole if there is room for them, and in partitions if not. */
class TablePartitionsTest {
  private static final int ENTRIES = 50_000;
  private static final TableOptions OPTIONS =
      TableOptions.defaults().withCompression(BlockCompression.NONE);

  /** A block of 4 KiB, its trailer, and an entry. */
  private static final long BLOCK = 4096 + 100;

  private final TestTables tables = new TestTables();
  private final NativeBytes key = new NativeBytes(tables.memory);
  private final PointResult result = new PointResult(tables.memory);
  private final Room room = new Room();

  /** Room for filters, or for both. */
  private static final class Room implements TableMemory {
    private boolean filters;
    private boolean indexes;
    private int crowded;

    @Override
    public boolean hasRoomForFilter(long bytes) {
      return filters;
    }

    @Override
    public boolean hasRoomForIndex(long bytes) {
      return indexes;
    }

    @Override
    public void loaded() {}

    @Override
    public void crowded(long bytes) {
      crowded++;
    }
  }

  @AfterEach
  void everythingIsGivenBack() {
    key.close();
    result.close();
    assertThat(tables.memory.allocated()).isZero();
    assertThat(tables.vfs.openFiles()).isEmpty();
  }

  private static String name(int i) {
    return "key%08d".formatted(i);
  }

  private TableInfo write(TableOptions options) {
    List<ModelEntry> entries = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      entries.add(ModelEntry.put(name(i), i + 1, "value " + i));
    }
    return tables.write(1, options, entries, List.of());
  }

  private ReadResult get(TableReader table, String wanted, boolean mayBlock) {
    key.set(bytes(wanted));
    long hash = KeyHash.of(key.address(), key.length());
    ReadResult read =
        table.get(key.address(), key.length(), hash, InternalKey.MAX_SEQUENCE, mayBlock, result);
    result.release();
    return read;
  }

  private long resident() {
    return tables.memory.allocated(MemoryTag.INDEX) + tables.memory.allocated(MemoryTag.FILTER);
  }

  @Test
  void aColdReadWithoutRoomReadsThreeBlocksWithRoomForTheFilterTwoAndForBothOne() {
    TableInfo info = write(OPTIONS);
    TableReader table = tables.open(info, room, null);
    Random random = new Random(1);
    assertThat(get(table, name(7), true)).isEqualTo(ReadResult.FOUND);
    long inPartitions = resident();
    for (int i = 0; i < 10; i++) {
      long blocks = tables.metrics.blockReads();
      long bytes = tables.metrics.blockReadBytes();
      assertThat(get(table, name(random.nextInt(ENTRIES)), true)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads() - blocks).isEqualTo(3);
      assertThat(tables.metrics.blockReadBytes() - bytes).isLessThan(3 * BLOCK);
    }
    assertThat(resident()).isEqualTo(inPartitions);
    table.release();
    room.filters = true;
    table = tables.open(info, room, null);
    assertThat(get(table, name(7), true)).isEqualTo(ReadResult.FOUND);
    for (int i = 0; i < 10; i++) {
      long blocks = tables.metrics.blockReads();
      assertThat(get(table, name(random.nextInt(ENTRIES)), true)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads() - blocks).isEqualTo(2);
    }
    table.release();
    room.indexes = true;
    table = tables.open(info, room, null);
    assertThat(get(table, name(7), true)).isEqualTo(ReadResult.FOUND);
    assertThat(resident()).as("the top index is small").isGreaterThan(25 * inPartitions);
    for (int i = 0; i < 10; i++) {
      long blocks = tables.metrics.blockReads();
      assertThat(get(table, name(random.nextInt(ENTRIES)), true)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads() - blocks).isEqualTo(1);
    }
    table.release();
  }

  @Test
  void aMissingKeyWithoutRoomReadsOneBlock() {
    TableReader table = tables.open(write(OPTIONS), room, null);
    table.load(true);
    int more = 0;
    for (int i = 0; i < 100; i++) {
      long blocks = tables.metrics.blockReads();
      assertThat(get(table, name(i) + "x", true)).isEqualTo(ReadResult.MISSING);
      more += tables.metrics.blockReads() - blocks == 1 ? 0 : 1;
    }
    assertThat(more).as("false positives").isLessThan(8);
    table.release();
  }

  @ParameterizedTest
  @EnumSource(BlockCompression.class)
  void inPartitionsOrWholeTheFilterIsTheSame(BlockCompression compression) {
    TableInfo info = write(OPTIONS.withCompression(compression).withBloomFalsePositiveRate(0.3));
    TableReader whole = tables.open(info, TableMemory.UNLIMITED, null);
    TableReader parts = tables.open(info, TestTables.NO_ROOM, null);
    whole.load(true);
    parts.load(true);
    int read = 0;
    for (int i = 0; i < 2_000; i++) {
      long before = tables.metrics.blockReads();
      get(whole, name(i) + "x", true);
      final long wholeReads = tables.metrics.blockReads() - before;
      get(parts, name(i) + "x", true);
      assertThat(tables.metrics.blockReads() - before - wholeReads)
          .isEqualTo(wholeReads == 0 ? 1 : 3);
      read += (int) wholeReads;
    }
    assertThat(read).isBetween(400, 800);
    whole.release();
    parts.release();
  }

  @Test
  void aTableThatPaidForRoomBringsInFirstItsFilterAndThenItsIndexOnceThereIsSome() {
    TableReader table = tables.open(write(OPTIONS), room, null);
    Random random = new Random(2);
    try (InternalCursor before = table.cursor(CacheUse.FILL)) {
      before.first();
      int paid = readUntilPaid(table, random);
      assertThat(resident()).isLessThan(10_000);
      room.filters = true;
      readUntilPaid(table, random);
      final long filter = tables.memory.allocated(MemoryTag.FILTER);
      assertThat(filter).isBetween(ENTRIES * 9L / 8, ENTRIES * 12L / 8);
      assertThat(tables.memory.allocated(MemoryTag.INDEX)).isLessThan(10_000);
      room.indexes = true;
      while (tables.memory.allocated(MemoryTag.INDEX) < 10_000) {
        assertThat(get(table, name(random.nextInt(ENTRIES)), true)).isEqualTo(ReadResult.FOUND);
      }
      final long whole = resident();
      assertThat(whole)
          .as("was read in partitions of up to 4 KiB, two for each of %d reads", paid)
          .isBetween(paid * 7_000L - 20_000, paid * (2 * BLOCK) + 20_000);
      assertThat(room.crowded).isEqualTo(2);
      long blocks = tables.metrics.blockReads();
      assertThat(get(table, name(random.nextInt(ENTRIES)), true)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads() - blocks).isEqualTo(1);
      assertThat(ModelEntry.of(before).key()).isEqualTo(name(0));
      int found = 1;
      for (before.next(); before.valid(); before.next()) {
        found++;
      }
      assertThat(found).as("a cursor that reads in partitions goes on").isEqualTo(ENTRIES);
      assertThat(resident()).isEqualTo(whole);
    }
    table.release();
  }

  /** Number of reads until the table asked for room once more, and went on without some. */
  private int readUntilPaid(TableReader table, Random random) {
    int before = room.crowded;
    int reads = 0;
    while (room.crowded == before) {
      assertThat(get(table, name(random.nextInt(ENTRIES)), true)).isEqualTo(ReadResult.FOUND);
      reads++;
    }
    return reads;
  }

  @Test
  void aReadThatMustNotWaitAsksForEachPartitionThatTheCacheDoesNotHave() {
    try (BlockCache cache = new BlockCache(tables.memory, 1 << 20)) {
      TableReader table = tables.open(write(OPTIONS), room, cache);
      assertThat(get(table, name(17), false)).isEqualTo(ReadResult.NEEDS_IO);
      table.load(true);
      assertThat(get(table, name(17), false)).isEqualTo(ReadResult.NEEDS_IO);
      long blocks = tables.metrics.blockReads();
      assertThat(get(table, name(17), true)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads() - blocks).isEqualTo(3);
      assertThat(get(table, name(17), false)).isEqualTo(ReadResult.FOUND);
      assertThat(get(table, name(17), true)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads() - blocks).as("from the cache").isEqualTo(3);
      assertThat(cache.stats().blocks()).isEqualTo(3);
      table.release();
    }
  }

  @Test
  void aCursorWithoutRoomReadsEachPartitionOfTheIndexOnce() {
    TableInfo info = write(OPTIONS);
    TableReader whole = tables.open(info, TableMemory.UNLIMITED, null);
    whole.load(true);
    long before = tables.metrics.blockReads();
    read(whole);
    final long dataBlocks = tables.metrics.blockReads() - before;
    whole.release();
    TableReader table = tables.open(info, room, null);
    table.load(true);
    before = tables.metrics.blockReads();
    read(table);
    assertThat(tables.metrics.blockReads() - before - dataBlocks)
        .as("partitions of a hundred blocks each")
        .isBetween(dataBlocks / 120, dataBlocks / 80);
    assertThat(table.estimateCount(KeyRange.all())).isEqualTo(ENTRIES);
    assertThat(table.estimateCount(KeyRange.from(bytes(name(ENTRIES / 2)))))
        .isBetween(ENTRIES * 49L / 100, ENTRIES * 51L / 100);
    assertThat(table.verify()).isEqualTo(ENTRIES);
    table.release();
  }

  private static void read(TableReader table) {
    try (InternalCursor cursor = table.cursor(CacheUse.FILL)) {
      int found = 0;
      for (cursor.first(); cursor.valid(); cursor.next()) {
        found++;
      }
      assertThat(found).isEqualTo(ENTRIES);
    }
  }
}
