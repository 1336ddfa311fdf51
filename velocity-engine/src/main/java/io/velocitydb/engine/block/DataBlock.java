package io.velocitydb.engine.block;

import io.velocitydb.engine.memory.Memory;

/**
 * Reads one block of entries; src/docs/formats.md describes its bytes. It stands on one entry at a
 * time and is reused from block to block. Not thread-safe.
 *
 * <p>The block's checksum was compared before, but nothing in it is believed: every length is
 * checked against the block's end, so that no damage, nor a mistake of the writer, makes it read
 * outside. What is impossible is answered by {@code false} or {@link #DAMAGED}; the caller knows
 * file and offset and throws.
 */
public final class DataBlock {
  /** The answer of {@link #find}: it stands on the entry. */
  public static final int FOUND = 1;

  /** The answer of {@link #find}: the key has no such entry in this block. */
  public static final int ABSENT = 0;

  /** The block contradicts itself. */
  public static final int DAMAGED = -1;

  /** Last bytes of a block: number of restart points, number of hash buckets. */
  static final int TAIL_BYTES = 8;

  /** Low byte of an entry's head: the kind in the lower half, these in the upper. */
  static final int KIND_MASK = 0x0F;

  static final int HAS_EXPIRY = 0x10;
  static final int HAS_ENCODING = 0x20;
  static final int UNUSED_FLAGS = 0xC0;

  /** Bucket of the hash index without a key, and with keys of several restart intervals. */
  static final int NO_ENTRY = 255;

  static final int COLLISION = 254;

  private static final int MAX_KEY_BYTES = 64 * 1024;

  private long base;
  private int entriesEnd;
  private int restarts;
  private int buckets;

  private int offset;
  private int nextOffset;
  private int shared;
  private int unshared;
  private int valueLength;
  private byte kind;
  private byte encoding;
  private long sequence;
  private long expiresAtMs;
  private long suffixAddress;

  DataBlock() {}

  /** The bucket of a key in a hash index of {@code buckets}. */
  static int bucket(long hash, int buckets) {
    return (int) (((hash & 0xFFFF_FFFFL) * buckets) >>> 32);
  }

  /** Starts on a block, before its first entry; false when its tail is impossible. */
  public boolean open(long address, int length) {
    if (length < TAIL_BYTES) {
      return false;
    }
    long tail = address + length - TAIL_BYTES;
    restarts = Memory.getInt(tail);
    buckets = Memory.getInt(tail + 4);
    int space = length - TAIL_BYTES;
    if (restarts < 1 || buckets < 0 || restarts * 4L + buckets >= space) {
      return false;
    }
    base = address;
    entriesEnd = (int) (space - buckets - restarts * 4L);
    offset = 0;
    nextOffset = 0;
    return restartOffset(0) == 0;
  }

  private int restartOffset(int restart) {
    return Memory.getInt(base + entriesEnd + restart * 4L);
  }

  private int bucketAt(int bucket) {
    return Memory.getByte(base + entriesEnd + restarts * 4L + bucket) & 0xFF;
  }

  /**
   * Reads the entry at an offset. The key's first {@link #shared} bytes are those of the entry
   * before; whether that one has as many, the caller checks.
   */
  public boolean decode(int entryOffset) {
    if (entryOffset < 0 || entryOffset >= entriesEnd) {
      return false;
    }
    long limit = base + entriesEnd;
    long at = base + entryOffset;
    int lengths = Memory.getInt(at);
    if ((lengths & 0x80_8080) == 0) {
      shared = lengths & 0x7F;
      unshared = lengths >>> 8 & 0x7F;
      valueLength = lengths >>> 16 & 0x7F;
      at += 3;
    } else {
      at = decodeLengths(at, limit);
      if (at == 0) {
        return false;
      }
    }
    // May read past the entries, not past the block and its padding; checked below.
    long head = Memory.getLong(at);
    at += Long.BYTES;
    int flags = (int) head & 0xFF;
    expiresAtMs = 0;
    if ((flags & HAS_EXPIRY) != 0) {
      expiresAtMs = Memory.getLong(at);
      at += Long.BYTES;
    }
    encoding = 0;
    if ((flags & HAS_ENCODING) != 0) {
      encoding = Memory.getByte(at);
      at++;
    }
    sequence = head >>> 8;
    kind = (byte) (flags & KIND_MASK);
    suffixAddress = at;
    offset = entryOffset;
    long end = at + unshared + valueLength;
    nextOffset = (int) (end - base);
    return end <= limit
        && (flags & UNUSED_FLAGS) == 0
        && shared + unshared <= MAX_KEY_BYTES
        && shared >= 0;
  }

  private long decodeLengths(long from, long limit) {
    long at = from;
    long read = Varint.read(at, limit);
    if (read == Varint.MALFORMED || read >>> 3 > MAX_KEY_BYTES) {
      return 0;
    }
    shared = (int) (read >>> 3);
    at += read & 7;
    read = Varint.read(at, limit);
    if (read == Varint.MALFORMED || read >>> 3 > MAX_KEY_BYTES) {
      return 0;
    }
    unshared = (int) (read >>> 3);
    at += read & 7;
    read = Varint.read(at, limit);
    if (read == Varint.MALFORMED || read >>> 3 > entriesEnd) {
      return 0;
    }
    valueLength = (int) (read >>> 3);
    return at + (read & 7);
  }

  /** Whether {@link #decode} may be called at {@link #nextOffset}. */
  public boolean hasNext() {
    return nextOffset < entriesEnd;
  }

  /**
   * Brings near what {@link #find} is going to read, so that looking into several blocks waits for
   * memory only once. Believes nothing in the block; the answer means nothing, but is to be used.
   */
  public static long ask(long address, int length, long hash) {
    if (length < TAIL_BYTES) {
      return 0;
    }
    long tail = address + length - TAIL_BYTES;
    int restarts = Memory.getInt(tail);
    int buckets = Memory.getInt(tail + 4);
    int space = length - TAIL_BYTES;
    if (restarts < 1 || buckets < 1 || restarts * 4L + buckets >= space) {
      return restarts;
    }
    long points = address + space - buckets - restarts * 4L;
    int restart = Memory.getByte(points + restarts * 4L + bucket(hash, buckets)) & 0xFF;
    if (restart >= restarts) {
      return restart;
    }
    int at = Memory.getInt(points + restart * 4L);
    return at < 0 || at >= space ? at : Memory.getLong(address + at);
  }

  /**
   * Stands on the newest entry of a key with a sequence of at most {@code maxSequence}, if this
   * block has it.
   *
   * @param hash of the key, as the builder was given it
   */
  public int find(long keyAddress, int keyLength, long hash, long maxSequence) {
    int restart;
    int indexed = buckets == 0 ? COLLISION : bucketAt(bucket(hash, buckets));
    if (indexed == NO_ENTRY) {
      return ABSENT;
    }
    if (indexed == COLLISION) {
      restart = lastRestartBefore(keyAddress, keyLength, maxSequence);
    } else {
      restart = indexed < restarts ? indexed : DAMAGED;
    }
    if (restart == DAMAGED) {
      return DAMAGED;
    }
    int at = restartOffset(restart);
    // While entries lie before the key: how many of its bytes the last one had, and its length.
    int matched = 0;
    int lastLength = 0;
    do {
      if (!decode(at) || shared > lastLength) {
        return DAMAGED;
      }
      lastLength = shared + unshared;
      if (shared <= matched) {
        int common =
            Memory.commonPrefix(
                suffixAddress, keyAddress + shared, Math.min(unshared, keyLength - shared));
        matched = shared + common;
        if (matched == keyLength && lastLength == keyLength) {
          if (sequence <= maxSequence) {
            return FOUND;
          }
        } else if (matched == keyLength) {
          return ABSENT; // the entry's key is longer
        } else if (matched < lastLength
            && (Memory.getByte(suffixAddress + common) & 0xFF)
                > (Memory.getByte(keyAddress + matched) & 0xFF)) {
          return ABSENT;
        }
      }
      at = nextOffset;
    } while (at < entriesEnd);
    return ABSENT;
  }

  /**
   * The last restart point whose entry lies before (key, sequence); the first one when none does.
   */
  public int lastRestartBefore(long keyAddress, int keyLength, long beforeSequence) {
    int low = 0;
    int high = restarts - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (!decode(restartOffset(middle)) || shared != 0) {
        return DAMAGED;
      }
      int order = Memory.compare(suffixAddress, unshared, keyAddress, keyLength);
      if (order < 0 || (order == 0 && sequence > beforeSequence)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The last restart point that lies before an offset; offset must be above 0. */
  public int lastRestartBefore(int before) {
    int low = 0;
    int high = restarts - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (restartOffset(middle) < before) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Where the entry of a restart point begins; not checked yet, {@link #decode} does. */
  public int offsetOfRestart(int restart) {
    return restartOffset(restart);
  }

  /** One past the last entry. */
  public int entriesEnd() {
    return entriesEnd;
  }

  public int offset() {
    return offset;
  }

  public int nextOffset() {
    return nextOffset;
  }

  /** Bytes that the key shares with the one before it. */
  public int shared() {
    return shared;
  }

  /** The key's other bytes. */
  public long suffixAddress() {
    return suffixAddress;
  }

  public int suffixLength() {
    return unshared;
  }

  public long sequence() {
    return sequence;
  }

  public byte kind() {
    return kind;
  }

  public byte encoding() {
    return encoding;
  }

  public long expiresAtMs() {
    return expiresAtMs;
  }

  public long valueAddress() {
    return suffixAddress + unshared;
  }

  public int valueLength() {
    return valueLength;
  }
}
