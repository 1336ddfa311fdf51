package io.velocitydb.engine.block;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.Arrays;

/**
 * Builds blocks that {@link DataBlock} reads, one after the other. Keys share the bytes they have
 * in common with the key before, but at each restart point. The caller adds in internal order. Not
 * thread-safe.
 */
public final class DataBlockBuilder implements AutoCloseable {
  private static final int BUCKETS_PER_KEY = 3;

  /** Most bytes before an entry's key suffix: three lengths, head, expiry, encoding. */
  private static final int MAX_ENTRY_HEADER = 3 * Varint.MAX_BYTES + 8 + 8 + 1;

  /**
   * Bytes behind a restart point after which the next comes, also before its number of entries: a
   * read steps from there, and waits for memory with each line that it steps over. In a large block
   * more, so that the hash index can tell the restart points apart.
   */
  private static final int RESTART_BYTES = 256;

  private static final int RESTART_GROWTH = 6;

  private final NativeBuffer buffer;
  private final NativeBuffer lastKey;
  private final int restartInterval;
  private final boolean hashIndex;

  private int size;
  private int lastKeyLength;
  private int entries;
  private int entriesSinceRestart;
  private int[] restarts = new int[32];
  private int restartCount;
  private long[] hashes = new long[64];
  private int[] hashRestarts = new int[64];
  private int hashCount;

  /**
   * @param restartInterval entries from one restart point to the next, if they are small
   * @param hashIndex whether blocks get an index from key to restart point
   */
  public DataBlockBuilder(NativeMemory memory, int restartInterval, boolean hashIndex) {
    buffer = new NativeBuffer(memory, MemoryTag.COMPACTION);
    lastKey = new NativeBuffer(memory, MemoryTag.COMPACTION);
    this.restartInterval = restartInterval;
    this.hashIndex = hashIndex;
  }

  /** Adds an entry after those before it. */
  public void add(
      long keyAddress,
      int keyLength,
      long hash,
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long valueAddress,
      int valueLength) {
    int common =
        entries == 0
            ? 0
            : Memory.commonPrefix(
                lastKey.address(), keyAddress, Math.min(lastKeyLength, keyLength));
    boolean sameKey = entries > 0 && common == keyLength && common == lastKeyLength;
    int shared = common;
    if (entries == 0 || isRestartDue()) {
      shared = 0;
      addRestart();
    }
    if (hashIndex && (!sameKey || shared != common)) {
      addHash(hash);
    }
    int unshared = keyLength - shared;
    long start = buffer.grow(size + MAX_ENTRY_HEADER + unshared + valueLength, size);
    long at = Varint.write(start + size, shared);
    at = Varint.write(at, unshared);
    at = Varint.write(at, valueLength);
    int flags =
        kind
            | (expiresAtMs != 0 ? DataBlock.HAS_EXPIRY : 0)
            | (encoding != 0 ? DataBlock.HAS_ENCODING : 0);
    Memory.putLong(at, sequence << 8 | flags);
    at += Long.BYTES;
    if (expiresAtMs != 0) {
      Memory.putLong(at, expiresAtMs);
      at += Long.BYTES;
    }
    if (encoding != 0) {
      Memory.putByte(at, encoding);
      at++;
    }
    Memory.copy(keyAddress + shared, at, unshared);
    at += unshared;
    Memory.copy(valueAddress, at, valueLength);
    size = (int) (at + valueLength - start);
    long last = lastKey.grow(keyLength, lastKeyLength);
    Memory.copy(keyAddress + shared, last + shared, unshared);
    lastKeyLength = keyLength;
    entries++;
    entriesSinceRestart++;
  }

  private boolean isRestartDue() {
    return entriesSinceRestart == restartInterval
        || size - restarts[restartCount - 1] >= RESTART_BYTES + (size >> RESTART_GROWTH);
  }

  private void addRestart() {
    if (restartCount == restarts.length) {
      restarts = Arrays.copyOf(restarts, 2 * restartCount);
    }
    restarts[restartCount++] = size;
    entriesSinceRestart = 0;
  }

  private void addHash(long hash) {
    if (hashCount == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * hashCount);
      hashRestarts = Arrays.copyOf(hashRestarts, 2 * hashCount);
    }
    hashes[hashCount] = hash;
    hashRestarts[hashCount++] = restartCount - 1;
  }

  /** Whether no entry was added since the last block. */
  public boolean isEmpty() {
    return entries == 0;
  }

  /** Bytes of the block if it were finished now. */
  public int bytes() {
    return size + restartCount * 4 + bucketCount() + DataBlock.TAIL_BYTES;
  }

  /** At most the bytes that an entry would add. */
  public static long bytesOfEntry(int keyLength, int valueLength) {
    return (long) MAX_ENTRY_HEADER + keyLength + valueLength;
  }

  /**
   * Three buckets a key: with restart points this near, keys that share a bucket mostly belong to
   * different ones, and each such key costs a search over them.
   */
  private int bucketCount() {
    return hashCount == 0 || restartCount > DataBlock.COLLISION
        ? 0
        : hashCount * BUCKETS_PER_KEY + 1;
  }

  /**
   * Completes the block.
   *
   * @return its length; it lies at {@link #address} until {@link #reset}
   */
  public int finish() {
    int buckets = bucketCount();
    int length = bytes();
    long at = buffer.grow(length, size) + size;
    for (int i = 0; i < restartCount; i++, at += 4) {
      Memory.putInt(at, restarts[i]);
    }
    for (int i = 0; i < buckets; i++) {
      Memory.putByte(at + i, (byte) DataBlock.NO_ENTRY);
    }
    for (int i = 0; i < hashCount && buckets > 0; i++) {
      long bucket = at + DataBlock.bucket(hashes[i], buckets);
      int old = Memory.getByte(bucket) & 0xFF;
      if (old == DataBlock.NO_ENTRY) {
        Memory.putByte(bucket, (byte) hashRestarts[i]);
      } else if (old != hashRestarts[i]) {
        Memory.putByte(bucket, (byte) DataBlock.COLLISION);
      }
    }
    at += buckets;
    Memory.putInt(at, restartCount);
    Memory.putInt(at + 4, buckets);
    return length;
  }

  /** Where the finished block lies. */
  public long address() {
    return buffer.address();
  }

  /** Where the last key that was added lies. */
  public long lastKeyAddress() {
    return lastKey.address();
  }

  public int lastKeyLength() {
    return lastKeyLength;
  }

  /** Begins the next block; the last key stays readable until an entry is added. */
  public void reset() {
    size = 0;
    entries = 0;
    entriesSinceRestart = 0;
    restartCount = 0;
    hashCount = 0;
  }

  @Override
  public void close() {
    buffer.close();
    lastKey.close();
  }
}
