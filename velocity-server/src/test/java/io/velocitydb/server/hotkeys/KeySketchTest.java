package io.velocitydb.server.hotkeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeySketchTest {
  private final KeySketch sketch = new KeySketch(12_345);

  /** An entry as it is shown. */
  @SuppressWarnings("ArrayRecordComponent") // looked into, never compared
  private record Shown(byte[] key, int keyBytes, double reads, double writes, double error) {}

  @Test
  void aKeyAboveItsShareIsKnownAndNoneIsCountedTooOften() {
    for (long seed = 1; seed <= 20; seed++) {
      comparedWithExactCounts(new Random(seed), "seed " + seed);
    }
  }

  private static void comparedWithExactCounts(Random random, String seed) {
    KeySketch sketch = new KeySketch(random.nextLong() | 1);
    NativeKey[] keys = NativeKey.numbered(5_000);
    double[] reads = new double[keys.length];
    double[] writes = new double[keys.length];
    double skew = 1 + 4 * random.nextDouble();
    double total = 0;
    for (int i = 0; i < 60_000; i++) {
      int key = (int) (keys.length * Math.pow(random.nextDouble(), skew));
      boolean write = random.nextBoolean();
      double weight = 1 << random.nextInt(4);
      sketch.add("db", keys[key].address(), keys[key].length(), write, weight);
      (write ? writes : reads)[key] += weight;
      total += weight;
    }
    Map<String, Shown> shown = shown(sketch, "db");
    for (int i = 0; i < keys.length; i++) {
      double truth = reads[i] + writes[i];
      Shown entry = shown.get("key:" + i);
      if (entry == null) {
        assertThat(truth)
            .as("%s: key:%d is not known", seed, i)
            .isLessThanOrEqualTo(total / KeySketch.ENTRIES);
      } else {
        assertThat(entry.reads).as(seed).isLessThanOrEqualTo(reads[i]);
        assertThat(entry.writes).as(seed).isLessThanOrEqualTo(writes[i]);
        assertThat(entry.reads + entry.writes + entry.error)
            .as("%s: key:%d", seed, i)
            .isGreaterThanOrEqualTo(truth);
        assertThat(entry.error).as(seed).isLessThanOrEqualTo(total / KeySketch.ENTRIES);
      }
    }
  }

  @Test
  void longKeysAreCutButToldApart() {
    String same = "k".repeat(KeySketch.KEPT_KEY_BYTES);
    NativeKey one = new NativeKey(same + "1");
    NativeKey two = new NativeKey(same + "2");
    sketch.add("db", one.address(), one.length(), false, 3);
    sketch.add("db", two.address(), two.length(), false, 5);

    assertThat(shownInOrder(sketch))
        .hasSize(2)
        .allSatisfy(
            entry -> {
              assertThat(entry.key).isEqualTo(same.getBytes(StandardCharsets.UTF_8));
              assertThat(entry.keyBytes).isEqualTo(same.length() + 1);
            })
        .extracting(Shown::reads)
        .containsExactlyInAnyOrder(3.0, 5.0);
  }

  @Test
  void theSameKeyOfAnotherDatabaseIsAnotherKey() {
    NativeKey key = new NativeKey("k");
    sketch.add("one", key.address(), key.length(), false, 1);
    sketch.add("two", key.address(), key.length(), true, 2);

    assertThat(shown(sketch, "one").get("k").reads).isEqualTo(1);
    assertThat(shown(sketch, "one").get("k").writes).isZero();
    assertThat(shown(sketch, "two").get("k").writes).isEqualTo(2);
  }

  @Test
  void halvedWeightsStayInOrder() {
    NativeKey[] keys = NativeKey.numbered(KeySketch.ENTRIES + 1);
    for (int i = 0; i < KeySketch.ENTRIES; i++) {
      sketch.add("db", keys[i].address(), keys[i].length(), false, 10 + i);
    }
    sketch.halve();
    NativeKey newcomer = keys[KeySketch.ENTRIES];
    sketch.add("db", newcomer.address(), newcomer.length(), false, 1);

    assertThat(shown(sketch, "db"))
        .as("the lightest gave way")
        .doesNotContainKey("key:0")
        .hasSize(KeySketch.ENTRIES);
    assertThat(shown(sketch, "db").get("key:" + KeySketch.ENTRIES).error).isEqualTo(5);
    assertThat(shown(sketch, "db").get("key:1").reads).isEqualTo(5.5);
  }

  private static Map<String, Shown> shown(KeySketch sketch, String database) {
    Map<String, Shown> shown = new HashMap<>();
    sketch.forEach(
        (_, name, key, keyBytes, reads, writes, error) -> {
          if (name.equals(database)) {
            shown.put(
                new String(key, StandardCharsets.UTF_8),
                new Shown(key, keyBytes, reads, writes, error));
          }
        });
    return shown;
  }

  private static List<Shown> shownInOrder(KeySketch sketch) {
    List<Shown> shown = new ArrayList<>();
    sketch.forEach(
        (_, _, key, keyBytes, reads, writes, error) ->
            shown.add(new Shown(key, keyBytes, reads, writes, error)));
    return shown;
  }
}
