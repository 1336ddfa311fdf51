package io.velocitydb.bench.engine.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class KeyChoiceTest {
  private static final long KEYS = 1_000;
  private static final int DRAWS = 1_000_000;
  private static final long SEED = 42;

  private static int[] draw(KeyDistribution distribution, long present) {
    KeyChoice choice = KeyChoice.of(distribution, KEYS, new AtomicLong(present), SEED);
    int[] counts = new int[(int) present];
    for (int i = 0; i < DRAWS; i++) {
      counts[(int) choice.next()]++;
    }
    return counts;
  }

  @Test
  void zipfianRanksComeAsOftenAsZipfsLawSays() {
    int[] counts = draw(KeyDistribution.ZIPFIAN, KEYS);
    Zipfian law = new Zipfian(KEYS, KeyChoice.ZIPF_EXPONENT);
    // The first two ranks are exact in the method of Gray et al., the others approximate.
    assertThat(counts[0] / (double) DRAWS).isCloseTo(law.probability(0), within(0.003));
    assertThat(counts[1] / (double) DRAWS).isCloseTo(law.probability(1), within(0.003));
    double drawn = 0;
    double expected = 0;
    for (int i = 0; i < 100; i++) {
      drawn += counts[i] / (double) DRAWS;
      expected += law.probability(i);
    }
    assertThat(drawn).isCloseTo(expected, within(0.02));
    assertThat(counts[(int) KEYS - 1]).isPositive().isLessThan(counts[0] / 100);
  }

  @Test
  void theNewestEntryIsTheMostPopularOfLatest() {
    int[] counts = draw(KeyDistribution.LATEST, KEYS + 50);
    assertThat(counts[(int) KEYS + 49]).isGreaterThan(DRAWS / 10).isGreaterThan(counts[500] * 50);
  }

  @Test
  void uniformKeysComeEquallyOften() {
    for (int count : draw(KeyDistribution.UNIFORM, KEYS)) {
      assertThat(count).isBetween(800, 1_200);
    }
  }

  @Test
  void hotKeysAreFewAndSpreadOverAll() {
    long keys = 10L * KeyChoice.HOT_KEYS;
    KeyChoice choice = KeyChoice.of(KeyDistribution.HOT, keys, new AtomicLong(keys), SEED);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < DRAWS; i++) {
      seen.add(choice.next());
    }
    assertThat(seen).hasSizeBetween(99_000, KeyChoice.HOT_KEYS).allMatch(key -> key % 10 == 0);
  }

  @Test
  void theSameSeedDrawsTheSameKeys() {
    KeyChoice one = KeyChoice.of(KeyDistribution.UNIFORM, KEYS, new AtomicLong(KEYS), SEED);
    KeyChoice other = KeyChoice.of(KeyDistribution.UNIFORM, KEYS, new AtomicLong(KEYS), SEED);
    for (int i = 0; i < 100; i++) {
      assertThat(one.next()).isEqualTo(other.next());
    }
  }
}
