package io.velocitydb.engine.cursor;

import io.velocitydb.engine.memory.Memory;

/** The order of entries: user key ascending by unsigned bytes, then sequence descending. */
public final class InternalKey {
  /** The largest sequence number: 56 bits. */
  public static final long MAX_SEQUENCE = (1L << 56) - 1;

  private InternalKey() {}

  /** Negative, zero or positive as entry a stands before, at or after entry b. */
  public static int compare(
      long a, int aLength, long aSequence, long b, int bLength, long bSequence) {
    int order = Memory.compare(a, aLength, b, bLength);
    return order != 0 ? order : Long.compare(bSequence, aSequence);
  }

  /** Whether an entry that ends at {@code expiresAtMs} (0: never) is gone at {@code timeMs}. */
  public static boolean expired(long expiresAtMs, long timeMs) {
    return expiresAtMs != 0 && expiresAtMs <= timeMs;
  }
}
