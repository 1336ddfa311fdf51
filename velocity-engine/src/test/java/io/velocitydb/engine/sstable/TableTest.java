package io.velocitydb.engine.sstable;

import static io.velocitydb.engine.cursor.ModelEntry.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.CursorModel;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.vfs.RealVfs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
  /**
   * Java's linker checks by a slice of it where errno is to lie. Compiled code mostly has no such
   * object, but that is for the compiler to decide.
   */
  private static final long BYTES_OF_A_SYSTEM_CALL = 40;

  private final TestTables tables = new TestTables();
  private final NativeBytes key = new NativeBytes(tables.memory);
  private final PointResult result = new PointResult(tables.memory);

  @AfterEach
  void everythingIsGivenBack() {
    key.close();
    result.close();
    assertThat(tables.memory.allocated()).isZero();
    assertThat(tables.vfs.openFiles()).isEmpty();
  }

  private ReadResult read(TableReader table, String wanted, long sequence, boolean mayBlock) {
    key.set(bytes(wanted));
    long hash = KeyHash.of(key.address(), key.length());
    return table.get(key.address(), key.length(), hash, sequence, mayBlock, result);
  }

  private Optional<ModelEntry> get(TableReader table, String wanted, long sequence) {
    ReadResult read = read(table, wanted, sequence, true);
    assertThat(read).isNotEqualTo(ReadResult.NEEDS_IO);
    Optional<ModelEntry> found =
        read == ReadResult.FOUND ? Optional.of(ModelEntry.of(wanted, result)) : Optional.empty();
    result.release();
    return found;
  }

  private static List<ModelEntry> numbered(int count) {
    List<ModelEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(ModelEntry.put("key%06d".formatted(i), i + 1, "value " + i));
    }
    return entries;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsAndCursorsAgreeWithAModel(long seed) {
    Random random = new Random(seed);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      keys.add(randomText(random, 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 9)));
    }
    TreeSet<ModelEntry> sorted = new TreeSet<>();
    for (int sequence = 1; sequence < 900; sequence++) {
      String k = keys.get(random.nextInt(random.nextBoolean() ? keys.size() : 20));
      boolean large = random.nextInt(60) == 0;
      sorted.add(
          random.nextInt(6) == 0
              ? ModelEntry.delete(k, sequence)
              : new ModelEntry(
                  k,
                  sequence,
                  EntryKind.PUT,
                  (byte) (random.nextInt(3) - 1),
                  random.nextBoolean() ? 0 : random.nextLong() >>> 1,
                  randomText(random, random.nextInt(large ? 9_000 : 60))));
    }
    List<ModelEntry> entries = List.copyOf(sorted);
    TableOptions options =
        new TableOptions(
            List.of(16, 200, 1024, 4096, 65_536).get(random.nextInt(5)),
            List.of(1, 2, 16, 1000).get(random.nextInt(4)),
            random.nextInt(4) != 0,
            List.of(0.5, 0.01, 1.0).get(random.nextInt(3)),
            BlockCompression.values()[random.nextInt(3)],
            List.of(0, 1, 100, 1024, 4096, 1 << 20).get(random.nextInt(6)));
    TableInfo info = tables.write(7, options, entries, List.of());
    TableWay way = TableWay.values()[random.nextInt(3)];
    BlockCache cache =
        new BlockCache(tables.memory, List.of(1, 60_000, 1 << 20).get(random.nextInt(3)));
    TableReader table = tables.open(info, way.room(), random.nextBoolean() ? cache : null);
    assertThat(table.info()).as("seed %d, %s", seed, options).isEqualTo(info);
    assertThat(table.verify()).isEqualTo(entries.size());
    assertThat(info.smallest()).isEqualTo(bytes(entries.getFirst().key()));
    assertThat(info.largest()).isEqualTo(bytes(entries.getLast().key()));
    for (int i = 0; i < 3_000; i++) {
      String wanted =
          random.nextInt(4) == 0
              ? randomText(random, random.nextInt(6))
              : keys.get(random.nextInt(keys.size()));
      long at = random.nextBoolean() ? random.nextInt(950) : InternalKey.MAX_SEQUENCE;
      Optional<ModelEntry> newest =
          entries.stream().filter(e -> e.key().equals(wanted) && e.sequence() <= at).findFirst();
      assertThat(get(table, wanted, at))
          .as("seed %d, %s, %s at %d", seed, options, wanted, at)
          .isEqualTo(newest);
    }
    try (InternalCursor cursor = table.cursor(CacheUse.BYPASS)) {
      assertThat(ModelEntry.forward(cursor)).isEqualTo(entries);
      assertThat(ModelEntry.backward(cursor)).isEqualTo(entries.reversed());
      CursorModel.check(cursor, entries, keys, random, 2_000);
    }
    try (InternalCursor cursor = table.cursor(CacheUse.FILL)) {
      CursorModel.check(cursor, entries, keys, random, 2_000);
    }
    table.release();
    cache.close();
  }

  private static LongStream seeds() {
    return LongStream.rangeClosed(1, 36);
  }

  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(random.nextInt(3) == 0 ? (char) random.nextInt(256) : 'a');
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource(BlockCompression.class)
  void theLargestKeysAndValuesFit(BlockCompression compression) {
    String largeKey = "k".repeat(65_536);
    String largeValue = "v".repeat(1 << 20);
    List<ModelEntry> entries =
        List.of(
            ModelEntry.put("k".repeat(65_535), 2, ""),
            ModelEntry.put(largeKey, 9, largeValue),
            ModelEntry.put(largeKey, 3, "older"));
    tables.write(1, TableOptions.defaults().withCompression(compression), entries, List.of());
    TableReader table = tables.open(1);
    assertThat(get(table, largeKey, 9)).contains(entries.get(1));
    assertThat(get(table, largeKey, 8)).contains(entries.get(2));
    assertThat(table.verify()).isEqualTo(3);
    table.release();
  }

  @Test
  void whatTheFilterDeniesNeedsNoFile() {
    tables.write(1, TableOptions.defaults(), numbered(10_000), List.of());
    TableReader table = tables.open(1);
    long before = tables.metrics.blockReads();
    int needed = 0;
    for (int i = 0; i < 10_000; i++) {
      needed += read(table, "kez%06d".formatted(i), 99_999, false) == ReadResult.NEEDS_IO ? 1 : 0;
    }
    assertThat(read(table, "zzz", 99_999, false)).isEqualTo(ReadResult.MISSING);
    assertThat(read(table, "key000001", 99_999, false)).isEqualTo(ReadResult.NEEDS_IO);
    assertThat(needed).isLessThan(200);
    assertThat(tables.metrics.blockReads()).isEqualTo(before);
    table.release();
  }

  @Test
  void rangeTombstonesCoverWhatTheyShould() {
    TableInfo info =
        tables.write(
            1,
            TableOptions.defaults(),
            List.of(ModelEntry.put("g", 50, "")),
            List.of(
                TestTables.fragment("b", "d", 30, 20),
                TestTables.fragment("d", "f", 20),
                TestTables.fragment("x", "", 40)));
    assertThat(info.smallest()).isEqualTo(bytes("b"));
    assertThat(info.largest()).isEmpty();
    assertThat(info.largestExclusive()).isTrue();
    assertThat(info.minSequence()).isEqualTo(20);
    assertThat(info.maxSequence()).isEqualTo(50);
    TableReader table = tables.open(1);
    assertThat(table.info()).isEqualTo(info);
    assertThat(covering(table, "a", 99)).isZero();
    assertThat(covering(table, "b", 99)).isEqualTo(30);
    assertThat(covering(table, "c", 29)).isEqualTo(20);
    assertThat(covering(table, "c", 19)).isZero();
    assertThat(covering(table, "d", 99)).isEqualTo(20);
    assertThat(covering(table, "f", 99)).isZero();
    assertThat(covering(table, "w", 99)).isZero();
    assertThat(covering(table, "zzz", 99)).isEqualTo(40);
    table.release();
  }

  private long covering(TableReader table, String wanted, long sequence) {
    key.set(bytes(wanted));
    return table.coveringRangeDelete(key.address(), key.length(), sequence);
  }

  @Test
  void aTableOfRangeTombstonesOnlyIsReadable() {
    TableInfo info =
        tables.write(
            1, TableOptions.defaults(), List.of(), List.of(TestTables.fragment("", "m", 3)));
    assertThat(info.smallest()).isEmpty();
    assertThat(info.largest()).isEqualTo(bytes("m"));
    TableReader table = tables.open(1);
    assertThat(covering(table, "a", 9)).isEqualTo(3);
    assertThat(covering(table, "m", 9)).isZero();
    assertThat(get(table, "a", 9)).isEmpty();
    assertThat(table.cursor(CacheUse.BYPASS).valid()).isFalse();
    assertThat(table.verify()).isZero();
    assertThat(table.estimateCount(KeyRange.all())).isZero();
    table.release();
  }

  @Test
  void theWriterRefusesDisorder() throws IOException {
    try (TableWriter writer =
        new TableWriter(
            tables.vfs,
            TestTables.path(1),
            TestTables.id(1),
            TableOptions.defaults(),
            tables.memory)) {
      key.set("b");
      long b = key.address();
      writer.add(5, EntryKind.PUT, (byte) 0, 0, b, 1, b, 0);
      assertThatThrownBy(() -> writer.add(5, EntryKind.PUT, (byte) 0, 0, b, 1, b, 0))
          .hasMessageContaining("order");
      assertThatThrownBy(() -> writer.add(3, (byte) 4, (byte) 0, 0, b, 1, b, 0))
          .hasMessageContaining("kind");
      writer.addRangeTombstones(TestTables.fragment("c", "e", 4));
      assertThatThrownBy(() -> writer.addRangeTombstones(TestTables.fragment("d", "f", 4)))
          .hasMessageContaining("order");
    }
  }

  @Test
  void estimatesAreNearTheTruth() {
    tables.write(1, TableOptions.defaults(), numbered(20_000), List.of());
    TableReader table = tables.open(1);
    assertThat(table.estimateCount(KeyRange.all())).isEqualTo(20_000);
    KeyRange half = KeyRange.of(bytes("key005000"), bytes("key015000"));
    assertThat(table.estimateCount(half)).isBetween(9_500L, 10_500L);
    assertThat(table.estimateCount(KeyRange.from(bytes("z")))).isZero();
    table.release();
  }

  @Test
  void blocksAndFilterHaveTheSizeThatWasAsked() {
    List<ModelEntry> entries = numbered(50_000);
    TableOptions plain = TableOptions.defaults().withCompression(BlockCompression.NONE);
    TableInfo raw = tables.write(1, plain, entries, List.of());
    TableInfo lz4 = tables.write(2, TableOptions.defaults(), entries, List.of());
    TableInfo zstd =
        tables.write(3, plain.withCompression(BlockCompression.ZSTANDARD), entries, List.of());
    assertThat(lz4.fileBytes()).isLessThan(raw.fileBytes() * 4 / 5);
    assertThat(zstd.fileBytes()).isLessThan(lz4.fileBytes());
    TableReader table = tables.open(1);
    // Ten to twelve bits for a key at one percent, and forty bytes of index for a block.
    assertThat(table.residentBytes()).isBetween(50_000L * 9 / 8, 50_000L * 16 / 8);
    table.release();
  }

  @Test
  void aCursorKeepsTheTableOpen() {
    tables.write(1, TableOptions.defaults(), numbered(3), List.of());
    TableReader table = tables.open(1);
    InternalCursor cursor = table.cursor(CacheUse.BYPASS);
    table.release();
    cursor.last();
    assertThat(ModelEntry.of(cursor).key()).isEqualTo("key000002");
    cursor.close();
    assertThat(tables.vfs.openFiles()).isEmpty();
    assertThat(table.tryRetain()).isFalse();
    assertThatThrownBy(() -> table.cursor(CacheUse.BYPASS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFinishedTableSurvivesAPowerLoss() throws IOException {
    List<ModelEntry> entries = numbered(5_000);
    tables.vfs.syncDirectory(Path.of("/"));
    tables.write(1, TableOptions.defaults(), entries, List.of());
    tables.vfs.syncDirectory(Path.of("/"));
    tables.vfs.powerLoss();
    TableReader table = tables.open(1);
    assertThat(table.verify()).isEqualTo(entries.size());
    table.release();
  }

  @Test
  void aMissingFileIsAnError() {
    assertThatThrownBy(() -> tables.open(99))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.STORAGE_ERROR))
        .hasMessageContaining("99.sst");
  }

  @Test
  void aReadThatMustNotWaitFindsWhatWasReadBefore() {
    TableInfo info = tables.write(1, TableOptions.defaults(), numbered(5_000), List.of());
    try (BlockCache cache = new BlockCache(tables.memory, 1 << 20)) {
      TableReader table = tables.open(info, TableMemory.UNLIMITED, cache);
      table.load(true);
      key.set("key000017");
      assertThat(read(table, false)).isEqualTo(ReadResult.NEEDS_IO);
      assertThat(read(table, true)).isEqualTo(ReadResult.FOUND);
      long reads = tables.metrics.blockReads();
      assertThat(read(table, false)).isEqualTo(ReadResult.FOUND);
      assertThat(tables.metrics.blockReads()).isEqualTo(reads);
      table.verify();
      assertThat(tables.metrics.blockReads()).as("verify reads the file").isGreaterThan(reads);
      assertThat(cache.stats().blocks()).as("and leaves nothing in the cache").isEqualTo(1);
      table.release();
    }
  }

  private ReadResult read(TableReader table, boolean mayBlock) {
    long hash = KeyHash.of(key.address(), key.length());
    ReadResult read =
        table.get(key.address(), key.length(), hash, InternalKey.MAX_SEQUENCE, mayBlock, result);
    result.release();
    return read;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 16 << 20})
  void aReadAllocatesNothingOnTheHeap(long cacheBytes, @TempDir Path folder) throws IOException {
    Path path = folder.resolve("1.sst");
    RealVfs vfs = RealVfs.system();
    List<ModelEntry> entries = numbered(20_000);
    tables.write(1, TableOptions.defaults(), entries, List.of());
    java.nio.file.Files.write(path, tables.vfs.contents(TestTables.path(1)));
    BlockCache cache = new BlockCache(tables.memory, cacheBytes);
    TableReader table =
        TableReader.open(vfs, path, TestTables.id(1), null, tables.memory, tables.metrics, cache);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    String[] wanted = {"key000017", "key019999", "absent"};
    long[] least = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
    // What the compiler has not optimised yet may allocate; on a busy machine that takes a while.
    for (int round = 0; round < 90 || (round < 9_000 && most(least) >= 1_000); round++) {
      int bytes = 0;
      key.set(wanted[round % 3]);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1_000; i++) {
        long hash = KeyHash.of(key.address(), key.length());
        ReadResult read =
            table.get(key.address(), key.length(), hash, InternalKey.MAX_SEQUENCE, true, result);
        bytes += read == ReadResult.FOUND ? result.valueLength() : 0;
        result.release();
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      least[round % 3] = Math.min(least[round % 3], allocated);
      assertThat(bytes).isEqualTo(round % 3 == 2 ? 0 : 1_000 * (round % 3 == 0 ? 8 : 11));
    }
    // A key that is not there, and any key whose block is in the cache, need no file.
    long call = cacheBytes == 0 ? 1_000 * BYTES_OF_A_SYSTEM_CALL : 0;
    assertThat(least[0]).as("bytes in 1,000 reads of a key").isLessThan(1_000 + call);
    assertThat(least[1]).as("bytes in 1,000 reads of the last key").isLessThan(1_000 + call);
    assertThat(least[2]).as("bytes in 1,000 reads of no key").isLessThan(1_000);
    table.release();
    cache.close();
  }

  private static long most(long[] values) {
    return LongStream.of(values).max().orElseThrow();
  }

  @Test
  void aTableThatIsExpiredWholeSaysSo() {
    List<ModelEntry> entries = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      entries.add(new ModelEntry("k" + i, i, EntryKind.PUT, (byte) 0, 1_000 + i, ""));
    }
    Collections.sort(entries);
    TableInfo info = tables.write(1, TableOptions.defaults(), entries, List.of());
    assertThat(info.minExpiryMs()).isEqualTo(1_001);
    assertThat(info.maxExpiryMs()).isEqualTo(1_010);
    assertThat(info.wholeExpired(1_009)).isFalse();
    assertThat(info.wholeExpired(1_010)).isTrue();
    entries.add(ModelEntry.put("z", 11, "for ever"));
    assertThat(tables.write(2, TableOptions.defaults(), entries, List.of()).wholeExpired(9_999))
        .isFalse();
  }
}
