package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * A block that stays in memory and is searched by key: the index and the range tombstones. Its
 * bytes: entries, each {@code u32 key length, key, payload}; then the offset of each entry as u32;
 * then their number as u32.
 *
 * <p>All of it is checked once, when it is made; afterwards reads check nothing. Immutable.
 */
final class FlatBlock implements AutoCloseable {
  private static final int MAX_KEY_BYTES = 64 * 1024;

  private final NativeMemory memory;
  private final long address;
  private final int length;
  private final int count;
  private final long offsets;

  private FlatBlock(NativeMemory memory, long address, int length, int count) {
    this.memory = memory;
    this.address = address;
    this.length = length;
    this.count = count;
    offsets = address + length - 4 - count * 4L;
  }

  /**
   * A copy of a pinned block.
   *
   * @param unit the payload's length is a multiple of this
   * @param units exactly this many units, or -1 for any number
   */
  static FlatBlock load(
      NativeMemory memory, TableFile file, long offset, BlockPin pin, int unit, int units) {
    int count = check(file, offset, pin.address(), pin.length(), unit, units);
    long address = memory.allocate(pin.length(), MemoryTag.INDEX);
    Memory.copy(pin.address(), address, pin.length());
    return new FlatBlock(memory, address, pin.length(), count);
  }

  /** Takes over what was checked before, in memory of {@link MemoryTag#INDEX}. */
  static FlatBlock of(NativeMemory memory, long address, int length) {
    return new FlatBlock(memory, address, length, Memory.getInt(address + length - 4));
  }

  /** Throws unless all entries lie inside the block; returns their number. */
  static int check(TableFile file, long offset, long from, int length, int unit, int units) {
    int count = length < 4 ? -1 : Memory.getInt(from + length - 4);
    long entriesEnd = length - 4L - count * 4L;
    if (count < 1 || entriesEnd < 0) {
      throw file.damaged(offset, "an impossible number of entries in a block");
    }
    long offsets = from + entriesEnd;
    long expected = 0;
    for (int i = 0; i < count; i++) {
      long start = Memory.getInt(offsets + i * 4L) & 0xFFFF_FFFFL;
      long end = i + 1 < count ? Memory.getInt(offsets + (i + 1) * 4L) & 0xFFFF_FFFFL : entriesEnd;
      if (start != expected || end > entriesEnd || end - start < 4) {
        throw file.damaged(offset, "an impossible entry offset in a block");
      }
      long keyLength = Memory.getInt(from + start) & 0xFFFF_FFFFL;
      long payload = end - start - 4 - keyLength;
      if (keyLength > MAX_KEY_BYTES
          || payload < 0
          || payload % unit != 0
          || (units >= 0 && payload != (long) unit * units)) {
        throw file.damaged(offset, "an impossible entry length in a block");
      }
      expected = end;
    }
    return count;
  }

  int count() {
    return count;
  }

  long bytes() {
    return length;
  }

  private long entry(int i) {
    return address + Memory.getInt(offsets + i * 4L);
  }

  long keyAddress(int i) {
    return entry(i) + 4;
  }

  int keyLength(int i) {
    return Memory.getInt(entry(i));
  }

  long payloadAddress(int i) {
    long entry = entry(i);
    return entry + 4 + Memory.getInt(entry);
  }

  int payloadLength(int i) {
    long end = i + 1 < count ? entry(i + 1) : offsets;
    return (int) (end - payloadAddress(i));
  }

  @Override
  public void close() {
    memory.free(address, length, MemoryTag.INDEX);
  }
}
