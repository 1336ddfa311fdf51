package io.velocitydb.bench.engine.workload;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Draws the number of the next key. Cheap, and of one thread. */
@FunctionalInterface
public interface KeyChoice {
  /** Keys that {@link KeyDistribution#HOT} draws from. */
  int HOT_KEYS = 100_000;

  /** Exponent of Zipf's law in YCSB. */
  double ZIPF_EXPONENT = 0.99;

  /** The next key's number. */
  long next();

  /**
   * A choice for one thread.
   *
   * @param inserted number of keys that exist, as threads of the measurement raise it
   */
  static KeyChoice of(KeyDistribution distribution, long keys, AtomicLong inserted, long seed) {
    return switch (distribution) {
      case UNIFORM, MISSING -> new Uniform(keys, 1, seed);
      case HOT -> {
        long hot = Math.min(keys, HOT_KEYS);
        yield new Uniform(hot, keys / hot, seed);
      }
      case ZIPFIAN -> {
        Ranks ranks = new Ranks(new Zipfian(keys, ZIPF_EXPONENT), seed);
        // Numbers are hashed into keys: popular ones lie apart without more ado.
        yield ranks::next;
      }
      case LATEST -> {
        Ranks ranks = new Ranks(new Zipfian(keys, ZIPF_EXPONENT), seed);
        yield () -> inserted.getPlain() - 1 - ranks.next();
      }
    };
  }

  /** Numbers from 0 up to, but without, {@code count}, each as often as any other. */
  static KeyChoice uniform(long count, long seed) {
    return new Uniform(count, 1, seed);
  }

  /** Every {@code stride}-th of {@code count} numbers; xorshift, since a draw must cost little. */
  final class Uniform implements KeyChoice {
    private final long count;
    private final long stride;
    private long state;

    Uniform(long count, long stride, long seed) {
      this.count = count;
      this.stride = stride;
      this.state = new SplittableRandom(seed).nextLong() | 1;
    }

    @Override
    public long next() {
      long x = state;
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      state = x;
      return Math.unsignedMultiplyHigh(x, count) * stride;
    }
  }

  /** Ranks drawn beforehand, since drawing one costs as much as a read of a hot entry. */
  final class Ranks implements KeyChoice {
    private static final int DRAWN = 1 << 21;

    private final int[] ranks = new int[DRAWN];
    private int next;

    Ranks(Zipfian zipfian, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < DRAWN; i++) {
        ranks[i] = Math.toIntExact(zipfian.rank(random.nextDouble()));
      }
    }

    @Override
    public long next() {
      next = (next + 1) & (DRAWN - 1);
      return ranks[next];
    }
  }
}
