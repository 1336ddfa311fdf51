package io.velocitydb.bench.engine.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All workloads, named as in RocksDB's db_bench and as in YCSB, in the order they are run. */
public final class Catalogue {
  private static final int SMALL = 100;
  private static final int LARGE = 1_000;
  private static final int SCAN_ENTRIES = 10;
  private static final int KEYS_PER_MULTI_READ = 64;

  /** What the writer of {@code readwhilewriting} writes, to either store. */
  private static final int WRITES_PER_SECOND = 20_000;

  private static final Target YCSB = new Target.TimesRocksDb(1.2, 2);

  private Catalogue() {}

  /** Every workload. */
  public static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.add(small("fillrandom", 1, new Task.Fill(false), ratio(1.2, 2)));
    all.add(small("overwrite", 2, new Task.Overwrite(), ratio(1.2, 2)));
    for (int threads : new int[] {1, 2}) {
      all.add(
          small(
              "readrandom-" + threads + "t",
              threads,
              reads(KeyDistribution.UNIFORM),
              ratio(1.3, 2)));
    }
    all.add(small("readmissing", 1, reads(KeyDistribution.MISSING), ratio(1.2, 2)));
    all.add(
        small(
            "multireadrandom",
            1,
            new Task.Operate(Mix.readsOf(KEYS_PER_MULTI_READ), KeyDistribution.UNIFORM, 0),
            new Target.None()));
    all.add(
        small(
            "seekrandom",
            1,
            new Task.Operate(Mix.scansOf(SCAN_ENTRIES), KeyDistribution.UNIFORM, 0),
            ratio(1.2, 2)));
    all.add(small("fillsync-1t", 1, new Task.Fill(true), ratio(0.95, 1)));
    all.add(small("fillsync-16t", 16, new Task.Fill(true), ratio(1.5, 2.5)));
    all.add(small("fillsync-64t", 64, new Task.Fill(true), ratio(2, 3)));
    all.add(
        small(
            "readwhilewriting",
            1,
            new Task.Operate(Mix.readsOnly(), KeyDistribution.UNIFORM, WRITES_PER_SECOND),
            ratio(1.3, 2)));
    all.add(small("hotgets", 1, reads(KeyDistribution.HOT), new Target.Rate(1_400_000, 2_000_000)));
    all.add(replay(SMALL, new Target.Rate(150, 200)));
    all.add(replay(LARGE, new Target.Rate(300, 500)));
    all.add(limited("memlimited-reads", Mix.readsOnly(), ratio(1, 1.4)));
    all.add(limited("memlimited-updates", Mix.updatesOnly(), ratio(1, 1.3)));
    addYcsb(all);
    return all;
  }

  private static void addYcsb(List<Workload> all) {
    for (int valueBytes : new int[] {SMALL, LARGE}) {
      for (int threads : new int[] {1, 2}) {
        addYcsb(all, 'a', Mix.of(50, 50, 0, 0, 0), KeyDistribution.ZIPFIAN, valueBytes, threads);
        addYcsb(all, 'b', Mix.of(95, 5, 0, 0, 0), KeyDistribution.ZIPFIAN, valueBytes, threads);
        addYcsb(all, 'c', Mix.of(100, 0, 0, 0, 0), KeyDistribution.ZIPFIAN, valueBytes, threads);
        addYcsb(all, 'd', Mix.of(95, 0, 5, 0, 0), KeyDistribution.LATEST, valueBytes, threads);
        addYcsb(all, 'e', Mix.of(0, 0, 5, 95, 0), KeyDistribution.ZIPFIAN, valueBytes, threads);
        addYcsb(all, 'f', Mix.of(50, 0, 0, 0, 50), KeyDistribution.ZIPFIAN, valueBytes, threads);
      }
    }
  }

  private static void addYcsb(
      List<Workload> all, char letter, Mix mix, KeyDistribution keys, int valueBytes, int threads) {
    String id = String.format(Locale.ROOT, "ycsb-%c-%db-%dt", letter, valueBytes, threads);
    all.add(new Workload(id, threads, valueBytes, new Task.Operate(mix, keys, 0), YCSB, false));
  }

  private static Workload small(String id, int threads, Task task, Target target) {
    return new Workload(id, threads, SMALL, task, target, false);
  }

  private static Workload replay(int valueBytes, Target target) {
    return new Workload(
        "replay-" + valueBytes + "b", 1, valueBytes, new Task.Replay(), target, false);
  }

  private static Workload limited(String id, Mix mix, Target target) {
    Task task = new Task.Operate(mix, KeyDistribution.UNIFORM, 0);
    return new Workload(id, 2, SMALL, task, target, true);
  }

  private static Task reads(KeyDistribution keys) {
    return new Task.Operate(Mix.readsOnly(), keys, 0);
  }

  private static Target ratio(double floor, double wanted) {
    return new Target.TimesRocksDb(floor, wanted);
  }
}
