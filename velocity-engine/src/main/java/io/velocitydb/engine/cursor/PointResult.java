package io.velocitydb.engine.cursor;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * Where a point read leaves what it found, reused from read to read so that reads allocate nothing.
 * Not thread-safe. The value stays readable until {@link #release()}, and the memtable or table it
 * came from must stay retained as long.
 */
public final class PointResult implements AutoCloseable {
  private final BlockPin pin;
  private final BlockPin valuePin;
  private byte kind;
  private byte encoding;
  private long sequence;
  private long expiresAtMs;
  private long valueAddress;
  private int valueLength;

  public PointResult(NativeMemory memory) {
    pin = new BlockPin(memory);
    valuePin = new BlockPin(memory);
  }

  /** Called by the source that found the entry. */
  public void set(
      byte kind,
      long sequence,
      byte encoding,
      long expiresAtMs,
      long valueAddress,
      int valueLength) {
    this.kind = kind;
    this.sequence = sequence;
    this.encoding = encoding;
    this.expiresAtMs = expiresAtMs;
    this.valueAddress = valueAddress;
    this.valueLength = valueLength;
  }

  /** Holds the block that the value lies in, when it came from a file. */
  public BlockPin pin() {
    return pin;
  }

  /** Takes the value of an entry that has a pointer to it; then {@link #useValuePin()}. */
  public BlockPin valuePin() {
    return valuePin;
  }

  /** The value lies in {@link #valuePin()}. */
  public void useValuePin() {
    kind = EntryKind.PUT;
    valueAddress = valuePin.address();
    valueLength = valuePin.length();
  }

  /** A point kind of {@link EntryKind}. */
  public byte kind() {
    return kind;
  }

  public long sequence() {
    return sequence;
  }

  public byte encoding() {
    return encoding;
  }

  /** Milliseconds since the Unix epoch; 0 for never. */
  public long expiresAtMs() {
    return expiresAtMs;
  }

  public long valueAddress() {
    return valueAddress;
  }

  public int valueLength() {
    return valueLength;
  }

  /** Lets the block go; the value must not be read any more. */
  public void release() {
    pin.release();
    valuePin.release();
  }

  /** Releases, and gives the reader's buffers back. */
  @Override
  public void close() {
    pin.close();
    valuePin.close();
  }
}
