package io.velocitydb.engine.memory;

import java.util.List;

/** Copies of keys in native memory, and where they lie. Not thread-safe. */
public final class NativeKeys implements AutoCloseable {
  private final NativeBuffer buffer;
  private final long[] addresses;
  private final int[] lengths;

  /**
   * Copies keys.
   *
   * @param keys at most 1 GiB together
   */
  public NativeKeys(NativeMemory memory, List<byte[]> keys) {
    buffer = new NativeBuffer(memory, MemoryTag.CURSOR);
    addresses = new long[keys.size()];
    lengths = new int[keys.size()];
    int bytes = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = keys.get(i).length;
      bytes = Math.addExact(bytes, lengths[i]);
    }
    long at = keys.isEmpty() ? 0 : buffer.reserve(bytes);
    for (int i = 0; i < lengths.length; i++) {
      Memory.copy(keys.get(i), 0, at, lengths[i]);
      addresses[i] = at;
      at += lengths[i];
    }
  }

  /** How many there are. */
  public int count() {
    return lengths.length;
  }

  /** Where each begins; valid until this is closed. */
  public long[] addresses() {
    return addresses;
  }

  /** How long each is. */
  public int[] lengths() {
    return lengths;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    buffer.close();
  }
}
