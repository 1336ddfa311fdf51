package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;

/**
 * Reads one partition of an index where it lies in a pin: the bytes of a {@link FlatBlock} whose
 * entries are those of a {@link TableIndex}. It is checked once, when it comes from the file;
 * afterwards reads check nothing.
 */
final class IndexPartition {
  private IndexPartition() {}

  /**
   * Throws unless the partition is what the top index says of it.
   *
   * @param at where it lies in the file
   * @param blocks number of its data blocks
   * @param from where the first of them begins
   * @param to where the last one ends
   * @param top the top index, whose entry {@code i} is of this partition
   */
  static void check(
      TableFile file,
      long at,
      BlockPin pin,
      int blocks,
      long from,
      long to,
      TableIndex top,
      int i) {
    int count = FlatBlock.check(file, at, pin.address(), pin.length(), TableIndex.PAYLOAD_BYTES, 1);
    long end = from;
    boolean possible = count == blocks;
    for (int block = 0; possible && block < count; block++) {
      int length = storedLength(pin, block);
      long sequence = sequence(pin, block);
      possible =
          offset(pin, block) == end
              && length > BlockTrailer.BYTES
              && sequence >= 0
              && sequence <= InternalKey.MAX_SEQUENCE
              && (block == 0
                  || compare(
                          pin, block - 1, keyAddress(pin, block), keyLength(pin, block), sequence)
                      < 0);
      end += length;
    }
    if (!possible
        || end != to
        || (i > 0
            && top.compare(i - 1, keyAddress(pin, 0), keyLength(pin, 0), sequence(pin, 0)) >= 0)
        || top.compare(
                i, keyAddress(pin, count - 1), keyLength(pin, count - 1), sequence(pin, count - 1))
            != 0) {
      throw file.damaged(at, "an index partition contradicts itself or the top index");
    }
  }

  /** The first entry at or after (key, sequence); it must be known that there is one. */
  static int find(BlockPin pin, long keyAddress, int keyLength, long sequence) {
    int low = 0;
    int high = count(pin) - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(pin, middle, keyAddress, keyLength, sequence) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Where data block i of the partition begins in the file. */
  static long offset(BlockPin pin, int i) {
    return Memory.getLong(payloadAddress(pin, i) + TableIndex.OFFSET);
  }

  /** Bytes of data block i of the partition in the file. */
  static int storedLength(BlockPin pin, int i) {
    return Memory.getInt(payloadAddress(pin, i) + TableIndex.LENGTH);
  }

  private static int compare(BlockPin pin, int i, long keyAddress, int keyLength, long sequence) {
    int order = Memory.compare(keyAddress(pin, i), keyLength(pin, i), keyAddress, keyLength);
    return order != 0 ? order : Long.compare(sequence, sequence(pin, i));
  }

  static int count(BlockPin pin) {
    return Memory.getInt(pin.address() + pin.length() - 4);
  }

  private static long entry(BlockPin pin, int i) {
    long offsets = pin.address() + pin.length() - 4 - count(pin) * 4L;
    return pin.address() + Memory.getInt(offsets + i * 4L);
  }

  private static long keyAddress(BlockPin pin, int i) {
    return entry(pin, i) + 4;
  }

  private static int keyLength(BlockPin pin, int i) {
    return Memory.getInt(entry(pin, i));
  }

  private static long payloadAddress(BlockPin pin, int i) {
    long entry = entry(pin, i);
    return entry + 4 + Memory.getInt(entry);
  }

  private static long sequence(BlockPin pin, int i) {
    return Memory.getLong(payloadAddress(pin, i));
  }
}
