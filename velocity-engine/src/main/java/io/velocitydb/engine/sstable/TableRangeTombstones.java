package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;

/**
 * The range tombstones of a table: a {@link FlatBlock} whose keys are the boundaries and whose
 * payloads are the sequences, highest first, as u64. Immutable.
 */
final class TableRangeTombstones implements RangeTombstones, AutoCloseable {
  private final FlatBlock boundaries;

  private TableRangeTombstones(FlatBlock boundaries) {
    this.boundaries = boundaries;
  }

  static TableRangeTombstones load(NativeMemory memory, TableFile file, long offset, BlockPin pin) {
    FlatBlock block = FlatBlock.load(memory, file, offset, pin, Long.BYTES, -1);
    String wrong = check(block);
    if (!wrong.isEmpty()) {
      block.close();
      throw file.damaged(offset, wrong);
    }
    return new TableRangeTombstones(block);
  }

  private static String check(FlatBlock block) {
    for (int i = 0; i < block.count(); i++) {
      if (i > 0
          && Memory.compare(
                  block.keyAddress(i - 1),
                  block.keyLength(i - 1),
                  block.keyAddress(i),
                  block.keyLength(i))
              >= 0) {
        return "range tombstones out of order";
      }
      long above = InternalKey.MAX_SEQUENCE + 1;
      long payload = block.payloadAddress(i);
      for (int at = 0; at < block.payloadLength(i); at += Long.BYTES) {
        long sequence = Memory.getLong(payload + at);
        if (sequence < 1 || sequence >= above) {
          return "an impossible sequence of a range tombstone";
        }
        above = sequence;
      }
    }
    return "";
  }

  /** The last boundary at or before a key, or -1. */
  private int find(long keyAddress, int keyLength) {
    int low = -1;
    int high = boundaries.count() - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (Memory.compare(
              boundaries.keyAddress(middle), boundaries.keyLength(middle), keyAddress, keyLength)
          <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long covering(int boundary, long maxSequence) {
    long payload = boundaries.payloadAddress(boundary);
    int length = boundaries.payloadLength(boundary);
    for (int at = 0; at < length; at += Long.BYTES) {
      long sequence = Memory.getLong(payload + at);
      if (sequence <= maxSequence) {
        return sequence;
      }
    }
    return 0;
  }

  long bytes() {
    return boundaries.bytes();
  }

  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public long covering(long keyAddress, int keyLength, long maxSequence) {
    int boundary = find(keyAddress, keyLength);
    return boundary < 0 ? 0 : covering(boundary, maxSequence);
  }

  @Override
  public Boundaries boundaries() {
    return new Position();
  }

  @Override
  public void close() {
    boundaries.close();
  }

  private final class Position implements Boundaries {
    private int at = -1;

    @Override
    public void seek(long keyAddress, int keyLength) {
      at = find(keyAddress, keyLength);
    }

    @Override
    public void rewind() {
      at = -1;
    }

    @Override
    public void next() {
      at = Math.min(at + 1, boundaries.count());
    }

    @Override
    public boolean valid() {
      return at >= 0 && at < boundaries.count();
    }

    @Override
    public long keyAddress() {
      return boundaries.keyAddress(at);
    }

    @Override
    public int keyLength() {
      return boundaries.keyLength(at);
    }

    @Override
    public long covering(long maxSequence) {
      return TableRangeTombstones.this.covering(at, maxSequence);
    }
  }
}
