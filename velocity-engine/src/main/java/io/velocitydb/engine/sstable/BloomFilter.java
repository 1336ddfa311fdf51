package io.velocitydb.engine.sstable;

import io.velocitydb.engine.memory.Memory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Bloom filter whose bits of one key lie in one cache line of 64 bytes, so that asking costs one
 * cache miss (F. Putze, P. Sanders, J. Singler, "Cache-, hash- and space-efficient Bloom filters",
 * 2007). The line is chosen by the upper half of the key's hash, the bits by the lower half, each
 * from the top nine bits after a multiplication, as in RocksDB's FastLocalBloom.
 *
 * <p>Blocking costs accuracy, since lines fill unevenly: the size is computed with that, from the
 * Poisson distribution of keys over lines.
 */
final class BloomFilter {
  static final int LINE_BYTES = 64;

  /** Most bits set for one key. */
  static final int MAX_PROBES = 24;

  private static final int LINE_BITS = LINE_BYTES * 8;
  private static final int MULTIPLIER = 0x9E3779B9;

  /** Shapes by rate: computing one takes milliseconds, and a process has one rate or a few. */
  private static final Map<Double, Shape> SHAPES = new ConcurrentHashMap<>();

  private static final int SHAPES_KEPT = 64;

  private BloomFilter() {}

  /**
   * How large a filter is.
   *
   * @param keysPerLine average number of keys in a line
   * @param probes bits of one key
   */
  record Shape(double keysPerLine, int probes) {
    int lines(long keys) {
      return (int) Math.min(Integer.MAX_VALUE / LINE_BYTES - 2, (long) (keys / keysPerLine) + 1);
    }
  }

  /** The smallest filter that is wrong for at most this share of missing keys. */
  static Shape shape(double falsePositiveRate) {
    Shape known = SHAPES.get(falsePositiveRate);
    if (known != null) {
      return known;
    }
    Shape computed = computeShape(falsePositiveRate);
    if (SHAPES.size() < SHAPES_KEPT) {
      SHAPES.put(falsePositiveRate, computed);
    }
    return computed;
  }

  private static Shape computeShape(double falsePositiveRate) {
    // Bits for a key in steps of a quarter, from 2 to 64.
    for (int quarters = 8; quarters < 256; quarters++) {
      double keysPerLine = LINE_BITS * 4.0 / quarters;
      int bestProbes = 1;
      double best = 1;
      for (int probes = 1; probes <= MAX_PROBES; probes++) {
        double rate = expectedRate(keysPerLine, probes);
        if (rate < best) {
          best = rate;
          bestProbes = probes;
        }
      }
      if (best <= falsePositiveRate) {
        return new Shape(keysPerLine, bestProbes);
      }
    }
    return new Shape(LINE_BITS / 64.0, MAX_PROBES);
  }

  private static double expectedRate(double keysPerLine, int probes) {
    double sum = 0;
    double probability = Math.exp(-keysPerLine);
    int last = (int) (keysPerLine + 12 * Math.sqrt(keysPerLine) + 12);
    for (int keys = 0; keys <= last; keys++) {
      double bitSet = 1 - Math.pow(1 - 1.0 / LINE_BITS, (double) keys * probes);
      sum += probability * Math.pow(bitSet, probes);
      probability *= keysPerLine / (keys + 1);
    }
    return sum;
  }

  /** Which of {@code count} lines has a key's bits. */
  static int line(int count, long hash) {
    return (int) (((hash >>> 32) * count) >>> 32);
  }

  private static long line(long lines, int count, long hash) {
    return lines + (long) line(count, hash) * LINE_BYTES;
  }

  /** Adds a key's hash to {@code count} lines. */
  static void add(long lines, int count, int probes, long hash) {
    long line = line(lines, count, hash);
    int bits = (int) hash;
    for (int i = 0; i < probes; i++) {
      int bit = bits >>> 23;
      long at = line + (bit >>> 3);
      Memory.putByte(at, (byte) (Memory.getByte(at) | 1 << (bit & 7)));
      bits *= MULTIPLIER;
    }
  }

  /** Brings the line of a hash near; the answer means nothing, but is to be used. */
  static long ask(long lines, int count, long hash) {
    return Memory.getLong(line(lines, count, hash));
  }

  /** Whether a key with this hash may have been added; false is certain. */
  static boolean mayContain(long lines, int count, int probes, long hash) {
    return mayContain(line(lines, count, hash), probes, hash);
  }

  /** As above, of a key's line that lies at {@code line}. */
  static boolean mayContain(long line, int probes, long hash) {
    int bits = (int) hash;
    for (int i = 0; i < probes; i++) {
      int bit = bits >>> 23;
      if ((Memory.getByte(line + (bit >>> 3)) >>> (bit & 7) & 1) == 0) {
        return false;
      }
      bits *= MULTIPLIER;
    }
    return true;
  }
}
