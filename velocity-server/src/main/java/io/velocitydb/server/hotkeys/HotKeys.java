package io.velocitydb.server.hotkeys;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * The keys that are read and written most, over all threads. Each event loop counts by itself in a
 * {@link HotKeyRecorder}; a reader puts their figures together. Thread-safe.
 *
 * <p>Rates are those of about the last {@value HotKeyRecorder#HALF_LIFE_SECONDS} to {@value
 * #LOOK_BACK_SECONDS} seconds. They are never above the truth by more than sampling is off, and a
 * key is only named when at least half of what is counted for it is surely its own: so where all
 * keys are touched alike none is named.
 */
public final class HotKeys {
  /** Most keys that are named at once. */
  public static final int KEYS_MAX = 500;

  static final int LOOK_BACK_SECONDS = 2 * HotKeyRecorder.HALF_LIFE_SECONDS;

  /** A key that was touched less often, a minute ago say, is no longer hot. */
  private static final double RATE_MIN = 0.01;

  private final long seed;
  private final LongSupplier nanoTime;
  private final List<HotKeyRecorder> recorders = new CopyOnWriteArrayList<>();
  private final HotKeyRecorder shared;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public HotKeys(LongSupplier nanoTime) {
    this(nanoTime, ThreadLocalRandom.current().nextLong());
  }

  /**
   * The same in a way that repeats.
   *
   * @param seed of hashes and of which keys are looked at
   */
  HotKeys(LongSupplier nanoTime, long seed) {
    this.seed = seed | 1;
    this.nanoTime = nanoTime;
    shared = newRecorder();
  }

  /** A recorder for one thread. */
  public HotKeyRecorder newRecorder() {
    HotKeyRecorder recorder = new HotKeyRecorder(seed, nanoTime);
    recorders.add(recorder);
    return recorder;
  }

  /** Counts a key in native memory. For threads without a recorder. */
  public void touched(String database, long address, int length, boolean write) {
    synchronized (shared) {
      shared.touched(database, address, length, write);
    }
  }

  /**
   * The hottest keys of a database, the hottest first.
   *
   * @param limit at most so many
   */
  public List<HotKey> hottest(String database, int limit) {
    Map<Long, Sum> sums = new HashMap<>();
    for (HotKeyRecorder recorder : recorders) {
      recorder.forEach(
          (hash, name, key, keyBytes, reads, writes, error) -> {
            if (name.equals(database)) {
              sums.computeIfAbsent(hash, _ -> new Sum(key, keyBytes)).add(reads, writes, error);
            }
          });
    }
    List<HotKey> hot = new ArrayList<>();
    for (Sum sum : sums.values()) {
      HotKey key = new HotKey(sum.key, sum.keyBytes, sum.reads, sum.writes);
      if (key.perSecond() >= Math.max(sum.error, RATE_MIN)) {
        hot.add(key);
      }
    }
    hot.sort(Comparator.comparingDouble(HotKey::perSecond).reversed());
    return List.copyOf(hot.subList(0, Math.min(limit, hot.size())));
  }

  /** What is known of a key over all threads, a second. */
  private static final class Sum {
    private final byte[] key;
    private final int keyBytes;
    private double reads;
    private double writes;
    private double error;

    Sum(byte[] key, int keyBytes) {
      this.key = key;
      this.keyBytes = keyBytes;
    }

    void add(double moreReads, double moreWrites, double moreError) {
      reads += moreReads;
      writes += moreWrites;
      error += moreError;
    }
  }
}
