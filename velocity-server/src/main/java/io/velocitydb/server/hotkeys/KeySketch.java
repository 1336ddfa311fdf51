package io.velocitydb.server.hotkeys;

import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.memory.Memory;
import java.util.Arrays;

/**
 * The heaviest keys of a stream in memory of a fixed size: Space-Saving, with weights (Metwally,
 * Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", ICDT
 * 2005). A key that has no entry takes over that of the lightest, and its weight, which it may not
 * deserve: that is kept apart as the entry's error. So every key with more than one part in {@link
 * #ENTRIES} of the whole weight has an entry, and what an entry counts without its error is its
 * key's own.
 *
 * <p>Keys are told apart by a hash of 64 bits. Nothing is allocated after the constructor, but by
 * {@link #forEach}. Not thread-safe.
 */
final class KeySketch {
  /** Keys that are known at once. */
  static final int ENTRIES = 512;

  /** Bytes of a key that are kept to be shown. */
  static final int KEPT_KEY_BYTES = 128;

  private static final int BUCKETS = 1_024;
  private static final int NONE = -1;

  /** Takes what is known of a key. */
  @FunctionalInterface
  interface Visitor {
    /**
     * One entry.
     *
     * @param hash of the database and the key
     * @param key its first {@link #KEPT_KEY_BYTES} bytes
     * @param error what the entry may have inherited from others, beyond reads and writes
     */
    void visit(
        long hash,
        String database,
        byte[] key,
        int keyBytes,
        double reads,
        double writes,
        double error);
  }

  private final long seed;
  private int size;

  // By entry.
  private final long[] hashes = new long[ENTRIES];
  private final String[] databases = new String[ENTRIES];
  private final byte[] keys = new byte[ENTRIES * KEPT_KEY_BYTES];
  private final int[] keyBytes = new int[ENTRIES];
  private final double[] reads = new double[ENTRIES];
  private final double[] writes = new double[ENTRIES];
  private final double[] errors = new double[ENTRIES];

  // From the hash to the entry.
  private final int[] first = new int[BUCKETS];
  private final int[] next = new int[ENTRIES];

  // The lightest entry on top.
  private final int[] heap = new int[ENTRIES];
  private final int[] heapPlace = new int[ENTRIES];

  /**
   * @param seed of the hash; sketches whose figures are put together have the same
   */
  KeySketch(long seed) {
    this.seed = seed;
    Arrays.fill(first, NONE);
  }

  /** Counts a key in native memory. */
  void add(String database, long address, int length, boolean write, double weight) {
    long hash = XxHash64.hash(address, length, seed) + seed * database.hashCode();
    int entry = find(hash, database, length);
    if (entry == NONE) {
      entry = newEntry();
      hashes[entry] = hash;
      databases[entry] = database;
      keyBytes[entry] = length;
      Memory.copy(address, keys, entry * KEPT_KEY_BYTES, Math.min(length, KEPT_KEY_BYTES));
      next[entry] = first[bucket(hash)];
      first[bucket(hash)] = entry;
    }
    if (write) {
      writes[entry] += weight;
    } else {
      reads[entry] += weight;
    }
    sink(heapPlace[entry]);
  }

  /** Halves all weights. */
  void halve() {
    for (int entry = 0; entry < size; entry++) {
      reads[entry] /= 2;
      writes[entry] /= 2;
      errors[entry] /= 2;
    }
  }

  /** Shows all entries, in no order. */
  void forEach(Visitor visitor) {
    for (int entry = 0; entry < size; entry++) {
      int from = entry * KEPT_KEY_BYTES;
      visitor.visit(
          hashes[entry],
          databases[entry],
          Arrays.copyOfRange(keys, from, from + Math.min(keyBytes[entry], KEPT_KEY_BYTES)),
          keyBytes[entry],
          reads[entry],
          writes[entry],
          errors[entry]);
    }
  }

  private static int bucket(long hash) {
    return (int) (hash >>> 32) & BUCKETS - 1;
  }

  private int find(long hash, String database, int length) {
    int entry = first[bucket(hash)];
    while (entry != NONE
        && (hashes[entry] != hash
            || keyBytes[entry] != length
            || !databases[entry].equals(database))) {
      entry = next[entry];
    }
    return entry;
  }

  /** An entry that nothing leads to, with the error that it inherits. */
  private int newEntry() {
    if (size < ENTRIES) {
      int entry = size++;
      heap[entry] = entry;
      heapPlace[entry] = entry;
      rise(entry);
      return entry;
    }
    int lightest = heap[0];
    forget(lightest);
    errors[lightest] = weight(lightest);
    reads[lightest] = 0;
    writes[lightest] = 0;
    return lightest;
  }

  private void forget(int entry) {
    int bucket = bucket(hashes[entry]);
    if (first[bucket] == entry) {
      first[bucket] = next[entry];
      return;
    }
    int before = first[bucket];
    while (next[before] != entry) {
      before = next[before];
    }
    next[before] = next[entry];
  }

  private double weight(int entry) {
    return reads[entry] + writes[entry] + errors[entry];
  }

  /** Moves an entry that became heavier away from the top. */
  private void sink(int place) {
    int entry = heap[place];
    double weight = weight(entry);
    int at = place;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && weight(heap[child + 1]) < weight(heap[child])) {
        child++;
      }
      if (weight(heap[child]) >= weight) {
        break;
      }
      place(heap[child], at);
      at = child;
    }
    place(entry, at);
  }

  /** Moves an entry without any weight to the top. */
  private void rise(int place) {
    int entry = heap[place];
    int at = place;
    while (at > 0 && weight(heap[(at - 1) / 2]) > 0) {
      place(heap[(at - 1) / 2], at);
      at = (at - 1) / 2;
    }
    place(entry, at);
  }

  private void place(int entry, int at) {
    heap[at] = entry;
    heapPlace[entry] = at;
  }
}
