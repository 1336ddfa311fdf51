package io.velocitydb.engine.checksum;

/**
 * The hash of a user key that memtables, filters and blocks look it up by: XXH64 with seed 0. A
 * reader computes it once. Never changes, since files depend on it.
 */
public final class KeyHash {
  private KeyHash() {}

  /** The hash of a key. */
  public static long of(long keyAddress, int keyLength) {
    return XxHash64.hash(keyAddress, keyLength, 0);
  }
}
