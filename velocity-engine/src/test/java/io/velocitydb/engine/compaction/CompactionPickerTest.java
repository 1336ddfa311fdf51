package io.velocitydb.engine.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionPickerTest {
  private static final long FLUSH = 1_000;

  private static TableInfo table(
      long number, long bytes, String smallest, String largest, long expiring, long maxExpiryMs) {
    return new TableInfo(
        number,
        bytes,
        ModelEntry.bytes(smallest),
        ModelEntry.bytes(largest),
        false,
        1,
        9,
        10,
        0,
        0,
        expiring,
        1,
        maxExpiryMs);
  }

  private static List<SortedRun> runs(long... bytes) {
    List<SortedRun> runs = new ArrayList<>();
    for (long b : bytes) {
      runs.add(new SortedRun(List.of(table(runs.size() + 1, b, "a", "z", 0, 0))));
    }
    return runs;
  }

  private static Optional<CompactionJob> pick(long... bytes) {
    return CompactionPicker.pick(runs(bytes), 4, FLUSH);
  }

  @Test
  void runsOfOneTierAreMergedWhenThereAreEnough() {
    assertThat(pick()).isEmpty();
    assertThat(pick(1000, 1000, 1000)).isEmpty();
    assertThat(pick(1000, 900, 1100, 1000)).contains(new CompactionJob(0, 4, true));
    assertThat(pick(10, 1000, 1, 1100, 1000)).contains(new CompactionJob(0, 5, true));
    assertThat(pick(1000, 1000, 1000, 4000, 4000, 4000)).isEmpty();
    assertThat(pick(1000, 1000, 1000, 1000, 4000)).contains(new CompactionJob(0, 4, false));
    assertThat(pick(1000, 4000, 4000, 4000, 4000)).contains(new CompactionJob(1, 4, true));
    assertThat(pick(1000, 4000, 3500, 4000, 4000, 70_000)).contains(new CompactionJob(1, 4, false));
  }

  @Test
  void aSmallRunBelowLargeOnesCountsAsLarge() {
    assertThat(pick(4000, 1, 4000, 4000)).contains(new CompactionJob(0, 4, true));
  }

  private static Optional<CompactionJob> fewer(int most, long... bytes) {
    return CompactionPicker.fewer(runs(bytes), most);
  }

  @Test
  void ofTooManyRunsThoseMostAlikeAreMerged() {
    assertThat(fewer(4)).isEmpty();
    assertThat(fewer(4, 1, 1, 1, 1)).isEmpty();
    assertThat(fewer(4, 10, 100, 40, 39, 1000)).contains(new CompactionJob(2, 2, false));
    assertThat(fewer(4, 10, 10, 10, 10, 1000)).contains(new CompactionJob(0, 4, false));
    // What is small goes along for little.
    assertThat(fewer(4, 1, 10, 100, 900, 1000)).contains(new CompactionJob(0, 5, true));
    assertThat(fewer(1, 10, 1000)).contains(new CompactionJob(0, 2, true));
    assertThat(fewer(2, 1, 1, 1)).contains(new CompactionJob(0, 3, true));
  }

  /**
   * Overwriting data of so many memtables: entries are hardly rewritten more often than by tiers
   * alone, for which see the decision record, but there are never more runs than there should be.
   */
  @ParameterizedTest
  @CsvSource({
    "4, 4, 2.3",
    "4, 9, 2.9",
    "4, 64, 5.4",
    "8, 9, 2.9",
    "8, 64, 3.8",
    "8, 256, 4.9",
  })
  void fewRunsDoNotCostMuchWriting(int most, int memtables, double amplification) {
    List<SortedRun> runs = new ArrayList<>();
    List<Long> flushes = new ArrayList<>();
    double written = 0;
    long number = 1;
    int flushed = 6 * memtables + 300;
    for (int flush = 1; flush <= flushed; flush++) {
      runs.addFirst(run(number++, 1, memtables));
      flushes.addFirst(1L);
      written += runs.getFirst().bytes();
      for (; ; ) {
        Optional<CompactionJob> picked =
            CompactionPicker.pick(runs, 4, FLUSH).or(() -> CompactionPicker.fewer(runs, most));
        if (picked.isEmpty()) {
          break;
        }
        CompactionJob job = picked.get();
        List<Long> inputs = flushes.subList(job.first(), job.first() + job.count());
        long sum = inputs.stream().mapToLong(Long::longValue).sum();
        inputs.clear();
        runs.subList(job.first(), job.first() + job.count()).clear();
        flushes.add(job.first(), sum);
        runs.add(job.first(), run(number++, sum, memtables));
        written += runs.get(job.first()).bytes();
      }
      assertThat(runs.size()).isLessThanOrEqualTo(most);
    }
    assertThat(written / flushed / FLUSH).isLessThan(amplification);
  }

  /** What is left of some flushes of random keys, of which there are as many as fill so many. */
  private static SortedRun run(long number, long flushes, int memtables) {
    double share = 1 - Math.exp(-(double) flushes / memtables);
    return new SortedRun(
        List.of(table(number, (long) (FLUSH * memtables * share), "a", "z", 0, 0)));
  }

  @Test
  void aThresholdBelowTwoIsRefused() {
    assertThatThrownBy(() -> CompactionPicker.pick(runs(1), 1, FLUSH))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everythingIsOneJob() {
    assertThat(CompactionPicker.all(List.of())).isEmpty();
    assertThat(CompactionPicker.all(runs(5, 6))).contains(new CompactionJob(0, 2, true));
  }

  /** A thousand times the data costs a bounded number of runs for each doubling. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void runsGrowWithTheLogarithmAndEntriesAreRewrittenOncePerTier(int threshold) {
    Random random = new Random(threshold);
    List<SortedRun> runs = new ArrayList<>();
    long flushed = 0;
    long rewritten = 0;
    int most = 0;
    long number = 1;
    for (int flush = 1; flush <= 4_000; flush++) {
      long bytes = FLUSH * (80 + random.nextInt(40)) / 100;
      flushed += bytes;
      runs.addFirst(new SortedRun(List.of(table(number++, bytes, "a", "z", 0, 0))));
      for (; ; ) {
        Optional<CompactionJob> picked = CompactionPicker.pick(runs, threshold, FLUSH);
        if (picked.isEmpty()) {
          break;
        }
        CompactionJob job = picked.get();
        List<SortedRun> inputs = runs.subList(job.first(), job.first() + job.count());
        long sum = inputs.stream().mapToLong(SortedRun::bytes).sum();
        rewritten += sum;
        inputs.clear();
        runs.add(job.first(), new SortedRun(List.of(table(number++, sum, "a", "z", 0, 0))));
      }
      double tiers = 1 + Math.log(flush) / Math.log(threshold);
      assertThat(runs.size())
          .as("runs after %d flushes", flush)
          .isLessThanOrEqualTo((int) Math.ceil((threshold - 1) * (tiers + 1)));
      most = Math.max(most, runs.size());
    }
    double tiers = Math.log(4_000) / Math.log(threshold);
    assertThat(rewritten).isLessThan((long) (flushed * (tiers + 1)));
    assertThat(most).isGreaterThan(threshold - 1);
  }

  @Test
  void anExpiredTableIsDroppedOnlyWhenNothingOlderWouldShow() {
    TableInfo expired = table(1, 10, "c", "f", 10, 500);
    List<SortedRun> alone = List.of(new SortedRun(List.of(expired)));
    assertThat(CompactionPicker.expired(alone, 499)).isEmpty();
    assertThat(CompactionPicker.expired(alone, 500)).containsExactly(expired);
    TableInfo below = table(2, 10, "f", "k", 0, 0);
    TableInfo beside = table(3, 10, "g", "k", 0, 0);
    SortedRun first = new SortedRun(List.of(expired));
    assertThat(CompactionPicker.expired(List.of(first, new SortedRun(List.of(below))), 500))
        .isEmpty();
    assertThat(CompactionPicker.expired(List.of(first, new SortedRun(List.of(beside))), 500))
        .containsExactly(expired);
    assertThat(CompactionPicker.expired(List.of(new SortedRun(List.of(below)), first), 500))
        .containsExactly(expired);
    TableInfo partly = table(4, 10, "c", "f", 9, 500);
    assertThat(CompactionPicker.expired(List.of(new SortedRun(List.of(partly))), 900)).isEmpty();
  }
}
