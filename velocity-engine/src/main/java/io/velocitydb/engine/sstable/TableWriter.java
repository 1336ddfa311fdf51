package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.DataBlockBuilder;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeFragment;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one SSTable: entries in internal order, range tombstones in key order, then {@link
 * #finish()}. Not thread-safe. The same input gives the same bytes. Close it in any case; a table
 * that was not finished leaves a file that no manifest names.
 */
public final class TableWriter implements AutoCloseable {
  private final VfsFile file;
  private final TableId id;
  private final long salt;
  private final TableOptions options;
  private final NativeMemory memory;
  private final BlockWriter blocks;
  private final DataBlockBuilder data;
  private final FlatBlockBuilder index;
  private final NativeBuffer separator;
  private final NativeBuffer hashes;
  private final List<RangeFragment> fragments = new ArrayList<>();
  private final StretchMeter stretch = new StretchMeter();
  private boolean closed;

  private BlockHandle lastBlock = BlockHandle.NONE;
  private long lastSequence;
  private byte[] firstKey = new byte[0];
  private long keys;
  private long entries;
  private long deletes;
  private long expiring;
  private long minExpiryMs;
  private long maxExpiryMs;
  private long minSequence = Long.MAX_VALUE;
  private long maxSequence;
  private long dataBlocks;
  private long keyBytes;
  private long valueBytes;

  /**
   * Creates the file.
   *
   * @param id which table this is; its checksums start from it
   */
  public TableWriter(Vfs vfs, Path path, TableId id, TableOptions options, NativeMemory memory)
      throws IOException {
    file = vfs.open(path, Vfs.Mode.CREATE);
    this.id = id;
    this.options = options;
    this.memory = memory;
    data = new DataBlockBuilder(memory, options.restartInterval(), options.hashIndex());
    index = new FlatBlockBuilder(memory);
    separator = new NativeBuffer(memory, MemoryTag.COMPACTION);
    salt = id.salt(separator.reserve(TableId.BYTES));
    blocks = new BlockWriter(file, salt, memory);
    hashes = new NativeBuffer(memory, MemoryTag.COMPACTION);
  }

  /** Adds the entry that a cursor stands on. */
  public void add(InternalCursor entry) throws IOException {
    add(
        entry.sequence(),
        entry.kind(),
        entry.encoding(),
        entry.expiresAtMs(),
        entry.keyAddress(),
        entry.keyLength(),
        entry.valueAddress(),
        entry.valueLength());
  }

  /** Adds an entry, which must come after the one before in internal order. */
  public void add(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength)
      throws IOException {
    if (!EntryKind.isPoint(kind, valueLength)) {
      throw new IllegalArgumentException(
          "an entry of kind %d, value length %d".formatted(kind, valueLength));
    }
    boolean newKey = checkOrder(sequence, keyAddress, keyLength);
    if (newKey) {
      stretch.key(kind, data.lastKeyAddress(), data.lastKeyLength());
    }
    if (!data.isEmpty()
        && data.bytes() + DataBlockBuilder.bytesOfEntry(keyLength, valueLength)
            > options.blockBytes()) {
      finishBlock();
    }
    if (lastBlock.isPresent()) {
      addToIndex(keyAddress, keyLength);
    }
    long hash = KeyHash.of(keyAddress, keyLength);
    if (newKey && options.bloomFalsePositiveRate() < 1) {
      int used = Math.toIntExact(keys * Long.BYTES);
      Memory.putLong(hashes.grow(Math.addExact(used, Long.BYTES), used) + used, hash);
    }
    keys += newKey ? 1 : 0;
    data.add(
        keyAddress,
        keyLength,
        hash,
        sequence,
        kind,
        encoding,
        expiresAtMs,
        valueAddress,
        valueLength);
    count(sequence, kind, expiresAtMs, keyLength, valueLength);
    if (entries == 1) {
      firstKey = Memory.bytes(keyAddress, keyLength);
    }
    lastSequence = sequence;
  }

  private boolean checkOrder(long sequence, long keyAddress, int keyLength) {
    if (sequence < 1 || sequence > InternalKey.MAX_SEQUENCE || keyLength < 1) {
      throw new IllegalArgumentException(
          "an entry of sequence %d, key length %d".formatted(sequence, keyLength));
    }
    if (entries == 0) {
      return true;
    }
    int order = Memory.compare(data.lastKeyAddress(), data.lastKeyLength(), keyAddress, keyLength);
    if (order > 0 || (order == 0 && sequence >= lastSequence)) {
      throw new IllegalArgumentException("entries out of order in " + id);
    }
    return order != 0;
  }

  private void count(long sequence, byte kind, long expiresAtMs, int keyLength, int valueLength) {
    entries++;
    if (kind == EntryKind.DELETE) {
      deletes++;
    }
    if (expiresAtMs != 0) {
      minExpiryMs = expiring == 0 ? expiresAtMs : Math.min(minExpiryMs, expiresAtMs);
      maxExpiryMs = Math.max(maxExpiryMs, expiresAtMs);
      expiring++;
    }
    minSequence = Math.min(minSequence, sequence);
    maxSequence = Math.max(maxSequence, sequence);
    keyBytes += keyLength;
    valueBytes += valueLength;
  }

  /** Adds range tombstones; fragments come in key order and do not overlap. */
  public void addRangeTombstones(RangeFragment fragment) {
    if (!fragments.isEmpty()) {
      byte[] end = fragments.getLast().end();
      if (end.length == 0 || Arrays.compareUnsigned(end, fragment.start()) > 0) {
        throw new IllegalArgumentException("range tombstones out of order");
      }
    }
    if (fragment.end().length > 0
        && Arrays.compareUnsigned(fragment.start(), fragment.end()) >= 0) {
      throw new IllegalArgumentException("an empty range tombstone");
    }
    fragments.add(fragment);
    for (long sequence : fragment.sequences()) {
      minSequence = Math.min(minSequence, sequence);
      maxSequence = Math.max(maxSequence, sequence);
    }
  }

  /** Bytes of the file if it were finished now, roughly. */
  public long estimatedBytes() {
    return blocks.position() + data.bytes() + index.bytes() + keys * 10 / 8;
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return entries == 0 && fragments.isEmpty();
  }

  private void finishBlock() throws IOException {
    int length = data.finish();
    lastBlock = blocks.append(BlockKind.DATA, options.compression(), data.address(), length);
    data.reset();
    dataBlocks++;
  }

  /**
   * Names the last block in the index by the shortest key at or after its last entry and before the
   * next one.
   */
  private void addToIndex(long nextKey, int nextLength) {
    long last = data.lastKeyAddress();
    int lastLength = data.lastKeyLength();
    int common = Memory.commonPrefix(last, nextKey, Math.min(lastLength, nextLength));
    if (common == lastLength) {
      // The last key again, or a prefix of the next: only the sequence can separate the former.
      index.begin(last, lastLength);
      index.putLong(lastLength == nextLength ? lastSequence : 0);
    } else if (nextLength > common + 1) {
      index.begin(nextKey, common + 1);
      index.putLong(0);
    } else {
      int byteAfter = (Memory.getByte(last + common) & 0xFF) + 1;
      if (byteAfter < (Memory.getByte(nextKey + common) & 0xFF)) {
        long shortened = separator.reserve(common + 1);
        Memory.copy(last, shortened, common);
        Memory.putByte(shortened + common, (byte) byteAfter);
        index.begin(shortened, common + 1);
      } else {
        index.begin(last, lastLength);
      }
      index.putLong(0);
    }
    addHandle();
  }

  private void addHandle() {
    index.putLong(lastBlock.offset());
    index.putInt(lastBlock.length());
    lastBlock = BlockHandle.NONE;
  }

  /**
   * Completes the file and syncs it. Its name is durable only after the directory was synced.
   *
   * @return what the manifest stores
   */
  public TableInfo finish() throws IOException {
    if (isEmpty() && !id.isPortable()) {
      throw new IllegalStateException(id + " is empty");
    }
    if (!data.isEmpty()) {
      finishBlock();
      index.begin(data.lastKeyAddress(), data.lastKeyLength());
      index.putLong(0);
      addHandle();
    }
    final long dataBytes = blocks.position();
    final BlockHandle rangeTombstones = writeRangeTombstones();
    final boolean partitioned = options.partitionBytes() > 0;
    final BlockHandle filter = writeFilter();
    final long indexBytes = partitioned && index.count() > 0 ? index.bytes() : 0;
    BlockHandle indexBlock = BlockHandle.NONE;
    if (indexBytes > 0) {
      indexBlock = new PartitionWriter(blocks, options, memory).writeIndex(index);
    } else if (index.count() > 0) {
      int length = index.finish();
      indexBlock = blocks.append(BlockKind.INDEX, options.compression(), index.address(), length);
    }
    TableInfo info = info(0);
    TableProperties properties =
        new TableProperties(info, dataBytes, dataBlocks, keyBytes, valueBytes, indexBytes);
    long scratch = separator.reserve(Math.max(properties.bytes(), TableFooter.BYTES));
    properties.write(scratch);
    final BlockHandle propertiesBlock =
        blocks.append(BlockKind.PROPERTIES, BlockCompression.NONE, scratch, properties.bytes());
    long fileBytes = blocks.position() + TableFooter.BYTES;
    boolean filterPartitions = partitioned && filter.isPresent();
    new TableFooter(
            partitioned ? TableFooter.PARTITIONED : TableFooter.ONE_BLOCK_EACH,
            id,
            salt,
            propertiesBlock,
            indexBlock,
            filter,
            rangeTombstones,
            filterPartitions ? BloomFilter.shape(options.bloomFalsePositiveRate()).probes() : 0,
            filterPartitions ? PartitionWriter.filterLines(options) : 0)
        .write(scratch, fileBytes);
    blocks.appendRaw(scratch, TableFooter.BYTES);
    blocks.flush();
    file.sync();
    return info(fileBytes).withStretch(stretch.finish(data.lastKeyAddress(), data.lastKeyLength()));
  }

  private BlockHandle writeRangeTombstones() throws IOException {
    if (fragments.isEmpty()) {
      return BlockHandle.NONE;
    }
    try (FlatBlockBuilder block = new FlatBlockBuilder(memory)) {
      for (int i = 0; i < fragments.size(); i++) {
        RangeFragment fragment = fragments.get(i);
        block.begin(fragment.start());
        for (long sequence : fragment.sequences()) {
          block.putLong(sequence);
        }
        boolean meetsNext =
            i + 1 < fragments.size() && Arrays.equals(fragment.end(), fragments.get(i + 1).start());
        if (!meetsNext && fragment.end().length > 0) {
          block.begin(fragment.end());
        }
      }
      int length = block.finish();
      return blocks.append(
          BlockKind.RANGE_TOMBSTONES, options.compression(), block.address(), length);
    }
  }

  private BlockHandle writeFilter() throws IOException {
    if (keys == 0 || options.bloomFalsePositiveRate() >= 1) {
      return BlockHandle.NONE;
    }
    BloomFilter.Shape shape = BloomFilter.shape(options.bloomFalsePositiveRate());
    int lines = Math.min(shape.lines(keys), FilterPartitions.MOST_LINES);
    int length = FilterBlock.HEADER_BYTES + lines * BloomFilter.LINE_BYTES;
    try (NativeBuffer block = new NativeBuffer(memory, MemoryTag.COMPACTION)) {
      long address = block.reserve(length);
      Memory.fill(address, length, (byte) 0);
      Memory.putInt(address, lines);
      Memory.putByte(address + FilterBlock.PROBES, (byte) shape.probes());
      for (long i = 0; i < keys; i++) {
        long hash = Memory.getLong(hashes.address() + i * Long.BYTES);
        BloomFilter.add(address + FilterBlock.HEADER_BYTES, lines, shape.probes(), hash);
      }
      if (options.partitionBytes() > 0) {
        return new PartitionWriter(blocks, options, memory)
            .writeFilter(address + FilterBlock.HEADER_BYTES, lines, shape.probes());
      }
      return blocks.append(BlockKind.FILTER, BlockCompression.NONE, address, length);
    }
  }

  private TableInfo info(long fileBytes) {
    byte[] smallest = firstKey;
    byte[] largest =
        entries == 0 ? new byte[0] : Memory.bytes(data.lastKeyAddress(), data.lastKeyLength());
    boolean exclusive = false;
    if (!fragments.isEmpty()) {
      byte[] start = fragments.getFirst().start();
      if (entries == 0 || Arrays.compareUnsigned(start, smallest) < 0) {
        smallest = start;
      }
      byte[] end = fragments.getLast().end();
      if (entries == 0 || end.length == 0 || Arrays.compareUnsigned(end, largest) > 0) {
        largest = end;
        exclusive = true;
      }
    }
    return new TableInfo(
        id.fileNumber(),
        fileBytes,
        smallest,
        largest,
        exclusive,
        isEmpty() ? 0 : minSequence,
        maxSequence,
        entries,
        deletes,
        fragments.size(),
        expiring,
        minExpiryMs,
        maxExpiryMs);
  }

  /** Gives the memory back and closes the file. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      blocks.close();
      data.close();
      index.close();
      separator.close();
      hashes.close();
      file.close();
    }
  }
}
