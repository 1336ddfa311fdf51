package io.velocitydb.engine.checksum;

import io.velocitydb.engine.memory.Memory;

/**
 * XXH64 over native memory, little-endian, without allocation. The algorithm is Yann Collet's, as
 * specified in doc/xxhash_spec.md of github.com/Cyan4973/xxHash; lz4-java has it too, but over
 * arrays and ByteBuffers only.
 */
public final class XxHash64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private XxHash64() {}

  /** The hash of {@code length} bytes at {@code address}. */
  public static long hash(long address, int length, long seed) {
    int i = 0;
    long hash;
    if (length >= 32) {
      long v1 = seed + P1 + P2;
      long v2 = seed + P2;
      long v3 = seed;
      long v4 = seed - P1;
      int last = length - 32;
      do {
        v1 = round(v1, Memory.getLong(address + i));
        v2 = round(v2, Memory.getLong(address + i + 8));
        v3 = round(v3, Memory.getLong(address + i + 16));
        v4 = round(v4, Memory.getLong(address + i + 24));
        i += 32;
      } while (i <= last);
      hash =
          Long.rotateLeft(v1, 1)
              + Long.rotateLeft(v2, 7)
              + Long.rotateLeft(v3, 12)
              + Long.rotateLeft(v4, 18);
      hash = merge(hash, v1);
      hash = merge(hash, v2);
      hash = merge(hash, v3);
      hash = merge(hash, v4);
    } else {
      hash = seed + P5;
    }
    hash += length;
    for (; i <= length - 8; i += 8) {
      hash ^= round(0, Memory.getLong(address + i));
      hash = Long.rotateLeft(hash, 27) * P1 + P4;
    }
    if (i <= length - 4) {
      hash ^= (Memory.getInt(address + i) & 0xFFFF_FFFFL) * P1;
      hash = Long.rotateLeft(hash, 23) * P2 + P3;
      i += 4;
    }
    for (; i < length; i++) {
      hash ^= (Memory.getByte(address + i) & 0xFF) * P5;
      hash = Long.rotateLeft(hash, 11) * P1;
    }
    hash ^= hash >>> 33;
    hash *= P2;
    hash ^= hash >>> 29;
    hash *= P3;
    return hash ^ (hash >>> 32);
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * P2, 31) * P1;
  }

  private static long merge(long hash, long value) {
    return (hash ^ round(0, value)) * P1 + P4;
  }
}
