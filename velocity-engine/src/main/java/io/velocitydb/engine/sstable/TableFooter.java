package io.velocitydb.engine.sstable;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBuffer;

/**
 * The last bytes of a table. The last 24 mean the same in every version: version, footer length,
 * checksum, magic; so an older release can say that a table is too new.
 *
 * @param version {@link #ONE_BLOCK_EACH}, or {@link #PARTITIONED}: index and filter are cut into
 *     partitions
 * @param id which table this is
 * @param salt what the checksums of this table's blocks start from
 * @param properties the properties block
 * @param index the index block, or the top index over the index partitions
 * @param filter the filter block or all filter partitions, if there is a filter
 * @param rangeTombstones the range tombstone block, if there is one
 * @param filterProbes bits of one key in a partitioned filter; else 0
 * @param filterLines lines of a filter partition; else 0
 */
record TableFooter(
    int version,
    TableId id,
    long salt,
    BlockHandle properties,
    BlockHandle index,
    BlockHandle filter,
    BlockHandle rangeTombstones,
    int filterProbes,
    int filterLines) {
  /** Index and filter are one block each. */
  static final int ONE_BLOCK_EACH = 1;

  /** Index and filter are cut into partitions. */
  static final int PARTITIONED = 2;

  /** The newest that this release reads. */
  static final int VERSION = PARTITIONED;

  static final int BYTES = 112;

  /** "VELOSST" and a zero byte. */
  static final long MAGIC = 0x0054_5353_4F4C_4556L;

  private static final int FIXED_BYTES = 24;
  private static final int MAX_BYTES = 4096;

  private static final int ID = 0;
  private static final int SALT = 16;
  private static final int FILE_BYTES = 24;
  private static final int PROPERTIES = 32;
  private static final int INDEX = 44;
  private static final int FILTER = 56;
  private static final int RANGE_TOMBSTONES = 68;
  private static final int INDEX_LAYOUT = 80;
  private static final int FILTER_LAYOUT = 81;
  private static final int FILTER_PROBES = 82;
  private static final int ZERO = 83;
  private static final int FILTER_LINES = 84;

  /** Writes the footer that ends a file of {@code fileBytes}. */
  void write(long address, long fileBytes) {
    Memory.fill(address, BYTES, (byte) 0);
    id.write(address + ID);
    Memory.putLong(address + SALT, salt);
    Memory.putLong(address + FILE_BYTES, fileBytes);
    writeHandle(address + PROPERTIES, properties);
    writeHandle(address + INDEX, index);
    writeHandle(address + FILTER, filter);
    writeHandle(address + RANGE_TOMBSTONES, rangeTombstones);
    // The number of a layout is that of the version that brought it.
    Memory.putByte(address + INDEX_LAYOUT, (byte) version);
    Memory.putByte(address + FILTER_LAYOUT, (byte) (filter.isPresent() ? version : 0));
    Memory.putByte(address + FILTER_PROBES, (byte) filterProbes);
    Memory.putInt(address + FILTER_LINES, filterLines);
    long fixed = address + BYTES - FIXED_BYTES;
    Memory.putInt(fixed, version);
    Memory.putInt(fixed + 4, BYTES);
    Memory.putLong(fixed + 8, XxHash64.hash(address, BYTES - 16, 0));
    Memory.putLong(fixed + 16, MAGIC);
  }

  private static void writeHandle(long address, BlockHandle handle) {
    Memory.putLong(address, handle.offset());
    Memory.putInt(address + 8, handle.length());
  }

  /** Reads and checks the footer of a file, which must be that of table {@code expected}. */
  static TableFooter read(TableFile file, TableId expected, NativeBuffer buffer) {
    long size = file.size();
    if (size < FIXED_BYTES) {
      throw file.damaged(0, "a table of " + size + " bytes");
    }
    int tail = (int) Math.min(size, MAX_BYTES);
    long start = size - tail;
    long address = buffer.reserve(tail);
    file.readFully(start, address, tail);
    if (!matches(address, tail)) {
      file.readFully(start, address, tail);
      if (!matches(address, tail)) {
        throw file.damaged(size - BYTES, "the footer does not match its checksum");
      }
    }
    long fixed = address + tail - FIXED_BYTES;
    int version = Memory.getInt(fixed);
    if (version > VERSION) {
      throw new EngineException(
          EngineException.Kind.UNSUPPORTED_FORMAT,
          file.path()
              + " has table format "
              + version
              + ", this release reads up to "
              + VERSION
              + "; use the release that wrote it, or a newer one");
    }
    long footer = address + tail - BYTES;
    long offset = size - BYTES;
    if (version < 1
        || Memory.getInt(fixed + 4) != BYTES
        || Memory.getLong(footer + FILE_BYTES) != size) {
      throw file.damaged(offset, "the footer is not that of a file of " + size + " bytes");
    }
    TableFooter result =
        new TableFooter(
            version,
            TableId.read(footer + ID),
            Memory.getLong(footer + SALT),
            readHandle(file, footer + PROPERTIES, offset),
            readHandle(file, footer + INDEX, offset),
            readHandle(file, footer + FILTER, offset),
            readHandle(file, footer + RANGE_TOMBSTONES, offset),
            Memory.getByte(footer + FILTER_PROBES),
            Memory.getInt(footer + FILTER_LINES));
    if (Memory.getByte(footer + ZERO) != 0
        || Memory.getByte(footer + INDEX_LAYOUT) != version
        || Memory.getByte(footer + FILTER_LAYOUT) != (result.filter.isPresent() ? version : 0)
        || !result.hasPossibleFilter()
        || !result.properties.isPresent()) {
      throw file.damaged(offset, "the footer contradicts itself");
    }
    if (!result.id.equals(expected)) {
      throw file.damaged(offset, "this is " + result.id + ", not " + expected);
    }
    return result;
  }

  private boolean hasPossibleFilter() {
    return (isPartitioned() && filter.isPresent())
        ? FilterPartitions.isPossible(filter, filterProbes, filterLines)
        : filterProbes == 0 && filterLines == 0;
  }

  boolean isPartitioned() {
    return version >= PARTITIONED;
  }

  /** How a partitioned table's filter lies in the file; it must have one. */
  FilterPartitions filterPartitions() {
    return FilterPartitions.of(filter, filterProbes, filterLines);
  }

  private static boolean matches(long address, int tail) {
    long fixed = address + tail - FIXED_BYTES;
    int bytes = Memory.getInt(fixed + 4);
    return Memory.getLong(fixed + 16) == MAGIC
        && bytes >= FIXED_BYTES
        && bytes <= tail
        && Memory.getLong(fixed + 8) == XxHash64.hash(address + tail - bytes, bytes - 16, 0);
  }

  private static BlockHandle readHandle(TableFile file, long address, long limit) {
    long offset = Memory.getLong(address);
    int length = Memory.getInt(address + 8);
    if (offset < 0 || length < 0 || offset > limit - length) {
      throw file.damaged(limit, "the footer points outside the file");
    }
    return new BlockHandle(offset, length);
  }
}
