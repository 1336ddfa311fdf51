package io.velocitydb.engine.sstable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damage at every place of a small table is an error, or changes nothing. */
@ParameterizedClass
@EnumSource(TableWay.class)
class TableCorruptionTest {
  @Parameter TableWay way;

  private final TestTables tables = new TestTables();
  private final List<ModelEntry> entries = new ArrayList<>();

  /** Of the last table that was written as number 1. */
  private TableInfo info;

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(tables.memory.allocated()).isZero();
    assertThat(tables.vfs.openFiles()).isEmpty();
  }

  /** A filter so good that it has more than one line. */
  private TableOptions options(int blockBytes, int interval, BlockCompression compression) {
    return way.apply(new TableOptions(blockBytes, interval, true, 0.0001, compression, 0));
  }

  private TableReader open() {
    return tables.open(info, way.room(), null);
  }

  private byte[] smallTable(BlockCompression compression) throws IOException {
    for (int i = 0; i < 24; i++) {
      entries.add(
          new ModelEntry(
              "key" + (char) ('a' + i),
              i + 1,
              i % 5 == 4 ? EntryKind.DELETE : EntryKind.PUT,
              (byte) (i % 3),
              i % 2 * 1000L,
              i % 5 == 4 ? "" : ("value " + i).repeat(3)));
    }
    info =
        tables.write(
            1,
            options(300, 4, compression),
            entries,
            List.of(
                TestTables.fragment("kb", "keyc", 40, 30), TestTables.fragment("keyc", "kz", 30)));
    return tables.vfs.contents(TestTables.path(1));
  }

  /** Opens, reads everything in each way; what comes must be right. */
  private void readAll() {
    TableReader table = open();
    try (NativeBytes key = new NativeBytes(tables.memory);
        PointResult result = new PointResult(tables.memory);
        InternalCursor cursor = table.cursor(CacheUse.BYPASS)) {
      for (ModelEntry entry : entries) {
        key.set(ModelEntry.bytes(entry.key()));
        long hash = KeyHash.of(key.address(), key.length());
        table.get(key.address(), key.length(), hash, InternalKey.MAX_SEQUENCE, true, result);
        assertThat(ModelEntry.of(entry.key(), result)).isEqualTo(entry);
        result.release();
        assertThat(table.coveringRangeDelete(key.address(), key.length(), 99))
            .isEqualTo(entry.key().compareTo("keyc") < 0 ? 40 : 30);
      }
      assertThat(ModelEntry.forward(cursor)).isEqualTo(entries);
      assertThat(ModelEntry.backward(cursor)).isEqualTo(entries.reversed());
      assertThat(table.verify()).isEqualTo(entries.size());
    } finally {
      table.release();
    }
  }

  @ParameterizedTest
  @EnumSource(BlockCompression.class)
  void aChangedByteIsFoundWhereverItIs(BlockCompression compression) throws IOException {
    byte[] good = smallTable(compression);
    readAll();
    for (int i = 0; i < good.length; i++) {
      for (int change : new int[] {1, 0x80, good[i]}) {
        if (change == 0) {
          continue;
        }
        byte[] bad = good.clone();
        bad[i] ^= (byte) change;
        tables.vfs.setContents(TestTables.path(1), bad);
        long counted = tables.metrics.corruptions();
        assertThatThrownBy(this::readAll)
            .as("byte %d of %d", i, good.length)
            .isInstanceOfSatisfying(
                EngineException.class,
                e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CORRUPTION))
            .hasMessageContaining("1.sst")
            .hasMessageContaining("offset");
        assertThat(tables.metrics.corruptions()).isEqualTo(counted + 1);
      }
    }
  }

  @Test
  void aCutOrLengthenedFileIsFound() throws IOException {
    byte[] good = smallTable(BlockCompression.LZ4);
    for (int length = 0; length < good.length + 40; length++) {
      if (length == good.length) {
        continue;
      }
      tables.vfs.setContents(TestTables.path(1), Arrays.copyOf(good, length));
      assertThatThrownBy(this::readAll)
          .as("%d of %d bytes", length, good.length)
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CORRUPTION));
    }
  }

  @Test
  void zeroedSectorsAreFound() throws IOException {
    byte[] good = smallTable(BlockCompression.NONE);
    for (int start = 0; start < good.length; start += 64) {
      byte[] bad = good.clone();
      Arrays.fill(bad, start, Math.min(good.length, start + 64), (byte) 0);
      tables.vfs.setContents(TestTables.path(1), bad);
      assertThatThrownBy(this::readAll).isInstanceOf(EngineException.class);
    }
  }

  @Test
  void aBlockOfAnotherTableIsFound() throws IOException {
    byte[] good = smallTable(BlockCompression.NONE);
    List<ModelEntry> others = new ArrayList<>();
    for (ModelEntry e : entries) {
      others.add(
          new ModelEntry(
              e.key(),
              e.sequence(),
              e.kind(),
              e.encoding(),
              e.expiresAtMs(),
              e.value().replace('v', 'w')));
    }
    tables.write(2, options(300, 4, BlockCompression.NONE), others, List.of());
    byte[] other = tables.vfs.contents(TestTables.path(2));
    int end = firstBlock(good);
    assertThat(firstBlock(other)).isEqualTo(end);
    // Same length, same place, a good checksum: as when the disk lost the write of this block.
    byte[] bad = good.clone();
    System.arraycopy(other, 0, bad, 0, end);
    tables.vfs.setContents(TestTables.path(1), bad);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("checksum mismatch in a data block");
  }

  @Test
  void aBlockAtAnotherPlaceIsFound() throws IOException {
    for (int i = 0; i < 8; i++) {
      entries.add(ModelEntry.put("key" + i, i + 1, "value" + i));
    }
    // Blocks of one entry each, all of the same length.
    info = tables.write(1, options(16, 1, BlockCompression.NONE), entries, List.of());
    byte[] good = tables.vfs.contents(TestTables.path(1));
    int length = firstBlock(good);
    byte[] bad = good.clone();
    System.arraycopy(good, 0, bad, length, length);
    System.arraycopy(good, length, bad, 0, length);
    tables.vfs.setContents(TestTables.path(1), bad);
    TableReader table = open();
    try (InternalCursor cursor = table.cursor(CacheUse.BYPASS)) {
      assertThatThrownBy(cursor::first).hasMessageContaining("checksum mismatch");
      assertThatThrownBy(() -> ModelEntry.backward(cursor))
          .hasMessageContaining("offset " + length);
    }
    table.release();
  }

  /** Where the first block ends, by its trailer's constant bytes. */
  private static int firstBlock(byte[] file) {
    for (int at = 20; ; at++) {
      int length = (file[at] & 0xFF) + 256 * (file[at + 1] & 0xFF);
      if (length == at
          && file[at + 2] == 0
          && file[at + 3] == 0
          && file[at + 4] == 0
          && file[at + 5] == 1) {
        return at + BlockTrailer.BYTES;
      }
    }
  }

  /** A writer with a mistake seals nonsense with a good checksum; nothing may read outside. */
  @Test
  void nonsenseUnderAGoodChecksumNeverReadsOutside() throws IOException {
    byte[] good = smallTable(BlockCompression.NONE);
    List<BlockHandle> blocks = new ArrayList<>();
    try (NativeBuffer buffer = new NativeBuffer(tables.memory, MemoryTag.BLOCK)) {
      int offset = 0;
      for (int end = 1; end <= good.length - TableFooter.BYTES; end++) {
        int length = end - offset - BlockTrailer.BYTES;
        if (length > 0) {
          long address = buffer.reserve(end - offset);
          Memory.copy(good, offset, address, end - offset);
          if (Memory.getLong(address + length + BlockTrailer.CHECKSUM)
              == BlockTrailer.checksum(address, length, salt(), offset)) {
            blocks.add(new BlockHandle(offset, end - offset));
            offset = end;
          }
        }
      }
      assertThat(offset).isEqualTo(good.length - TableFooter.BYTES);
      Random random = new Random(5);
      int errors = 0;
      int tried = 0;
      for (BlockHandle block : blocks) {
        int payload = block.length() - BlockTrailer.BYTES;
        for (int i = 0; i < payload + 6; i++) {
          for (int value : new int[] {0, 1, 0x7F, 0x80, 0xFF, random.nextInt(256)}) {
            byte[] bad = good.clone();
            bad[(int) block.offset() + i] = (byte) value;
            seal(bad, block, buffer);
            tables.vfs.setContents(TestTables.path(1), bad);
            tried++;
            try {
              readUnchecked();
            } catch (EngineException e) {
              assertThat(e.kind()).isEqualTo(EngineException.Kind.CORRUPTION);
              errors++;
            }
          }
        }
      }
      assertThat(errors).as("errors of %d", tried).isGreaterThan(tried / 3);
    }
  }

  private long salt() {
    try (NativeBuffer scratch = new NativeBuffer(tables.memory, MemoryTag.BLOCK)) {
      return TestTables.id(1).salt(scratch.reserve(TableId.BYTES));
    }
  }

  private void seal(byte[] file, BlockHandle block, NativeBuffer buffer) {
    int length = block.length() - BlockTrailer.BYTES;
    long address = buffer.reserve(block.length());
    Memory.copy(file, (int) block.offset(), address, block.length());
    Memory.putLong(
        address + length + BlockTrailer.CHECKSUM,
        BlockTrailer.checksum(address, length, salt(), block.offset()));
    Memory.copy(address, file, (int) block.offset(), block.length());
  }

  /** Reads everything in each way, and lets values be what they are. */
  private void readUnchecked() {
    TableReader table = open();
    try (NativeBytes key = new NativeBytes(tables.memory);
        PointResult result = new PointResult(tables.memory);
        InternalCursor cursor = table.cursor(CacheUse.BYPASS)) {
      for (ModelEntry entry : entries) {
        key.set(ModelEntry.bytes(entry.key()));
        long hash = KeyHash.of(key.address(), key.length());
        table.get(key.address(), key.length(), hash, InternalKey.MAX_SEQUENCE, true, result);
        Memory.bytes(result.valueAddress(), result.valueLength());
        result.release();
        table.coveringRangeDelete(key.address(), key.length(), 99);
        cursor.seekForPrev(key.address(), key.length(), 5);
      }
      ModelEntry.forward(cursor);
      ModelEntry.backward(cursor);
      table.verify();
    } finally {
      table.release();
    }
  }

  @Test
  void aBitThatFlipsOnItsWayIsReadAgain() throws IOException {
    smallTable(BlockCompression.LZ4);
    AtomicBoolean flip = new AtomicBoolean();
    TableReader table =
        TableReader.open(
            flipping(tables.vfs, flip),
            TestTables.path(1),
            TestTables.id(1),
            tables.memory,
            tables.metrics);
    flip.set(true);
    assertThat(table.verify()).isEqualTo(entries.size());
    assertThat(tables.metrics.checksumRetries()).isEqualTo(1);
    assertThat(tables.metrics.corruptions()).isZero();
    table.release();
  }

  @Test
  void aTableInThePlaceOfAnotherIsRefused() throws IOException {
    smallTable(BlockCompression.LZ4);
    for (TableId other : List.of(new TableId(1, 2), new TableId(2, 1))) {
      assertThatThrownBy(
              () ->
                  TableReader.open(
                      tables.vfs, TestTables.path(1), other, tables.memory, tables.metrics))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CORRUPTION))
          .hasMessageContaining("/1.sst")
          .hasMessageContaining("this is table 1 of database 1, not " + other);
    }
  }

  @Test
  void aTableOfTheSameNumberThatTheManifestDoesNotMeanIsRefused() {
    ModelEntry entry = ModelEntry.put("k", 7, "value");
    TableInfo written = tables.write(1, TableOptions.defaults(), List.of(entry), List.of());
    TableInfo meant =
        new TableInfo(
            1,
            written.fileBytes(),
            written.smallest(),
            written.largest(),
            false,
            8,
            8,
            1,
            0,
            0,
            0,
            0,
            0);
    TableReader table = tables.open(meant, TableMemory.UNLIMITED, null);
    assertThatThrownBy(() -> table.load(true))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.CORRUPTION))
        .hasMessageContaining("/1.sst")
        .hasMessageContaining("not what the manifest says");
    table.release();
  }

  @Test
  void aNewerFormatIsRefused() throws IOException {
    byte[] table = smallTable(BlockCompression.NONE);
    int footer = table.length - TableFooter.BYTES;
    try (NativeBuffer buffer = new NativeBuffer(tables.memory, MemoryTag.BLOCK)) {
      long address = buffer.reserve(TableFooter.BYTES);
      Memory.copy(table, footer, address, TableFooter.BYTES);
      Memory.putInt(address + TableFooter.BYTES - 24, TableFooter.VERSION + 1);
      Memory.putLong(
          address + TableFooter.BYTES - 16, XxHash64.hash(address, TableFooter.BYTES - 16, 0));
      Memory.copy(address, table, footer, TableFooter.BYTES);
    }
    tables.vfs.setContents(TestTables.path(1), table);
    assertThatThrownBy(this::readAll)
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.UNSUPPORTED_FORMAT))
        .hasMessageContaining("format " + (TableFooter.VERSION + 1));
  }

  /** A file system whose next read has one bit changed, when {@code flip} is set. */
  private static Vfs flipping(Vfs vfs, AtomicBoolean flip) {
    return proxy(
        Vfs.class,
        vfs,
        result ->
            result instanceof VfsFile file ? proxy(VfsFile.class, file, r -> r, flip) : result,
        new AtomicBoolean());
  }

  private static <T> T proxy(
      Class<T> type, T target, UnaryOperator<Object> wrap, AtomicBoolean flip) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object result = method.invoke(target, arguments);
              if (method.getName().equals("read") && flip.getAndSet(false)) {
                long third = (long) arguments[1] + 3;
                Memory.putByte(third, (byte) (Memory.getByte(third) ^ 4));
              }
              return result == null ? null : wrap.apply(result);
            }));
  }
}
