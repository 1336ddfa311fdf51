package io.velocitydb.engine.sstable;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.Arrays;

/** Builds what {@link FlatBlock} reads. */
final class FlatBlockBuilder implements AutoCloseable {
  private final NativeBuffer buffer;
  private int size;
  private int[] offsets = new int[64];
  private int count;

  FlatBlockBuilder(NativeMemory memory) {
    buffer = new NativeBuffer(memory, MemoryTag.COMPACTION);
  }

  /** Begins an entry; its payload follows by {@link #putLong} and {@link #putInt}. */
  void begin(long keyAddress, int keyLength) {
    beginEntry(keyLength);
    Memory.copy(keyAddress, buffer.address() + size, keyLength);
    size += keyLength;
  }

  void begin(byte[] key) {
    beginEntry(key.length);
    Memory.copy(key, 0, buffer.address() + size, key.length);
    size += key.length;
  }

  private void beginEntry(int keyLength) {
    addOffset();
    long at = buffer.grow(Math.addExact(size, 4 + keyLength), size) + size;
    Memory.putInt(at, keyLength);
    size += 4;
  }

  private void addOffset() {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
    }
    offsets[count++] = size;
  }

  void putLong(long value) {
    Memory.putLong(buffer.grow(Math.addExact(size, 8), size) + size, value);
    size += 8;
  }

  void putInt(int value) {
    Memory.putInt(buffer.grow(Math.addExact(size, 4), size) + size, value);
    size += 4;
  }

  int count() {
    return count;
  }

  int bytes() {
    return size + 4 * count + 4;
  }

  /** Completes the block and returns its length; it lies at {@link #address}. */
  int finish() {
    int length = bytes();
    long at = buffer.grow(length, size) + size;
    for (int i = 0; i < count; i++, at += 4) {
      Memory.putInt(at, offsets[i]);
    }
    Memory.putInt(at, count);
    return length;
  }

  long address() {
    return buffer.address();
  }

  /** Address of entry {@code i}, until another is added. */
  long entryAddress(int i) {
    return buffer.address() + offsets[i];
  }

  /** Bytes of the entries from {@code from} until before {@code to}. */
  int entryBytes(int from, int to) {
    return (to < count ? offsets[to] : size) - offsets[from];
  }

  /** Adds a copy of another builder's entry. */
  void copy(FlatBlockBuilder from, int i) {
    addOffset();
    int bytes = from.entryBytes(i, i + 1);
    long at = buffer.grow(Math.addExact(size, bytes), size) + size;
    Memory.copy(from.entryAddress(i), at, bytes);
    size += bytes;
  }

  /** Forgets all entries. */
  void reset() {
    size = 0;
    count = 0;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
