package io.velocitydb.server.hotkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rates of keys, in a time that the test makes. */
final class HotKeysTest {
  private static final String DB = "db";

  private long nanos = 77;
  private final HotKeys hotKeys = new HotKeys(() -> nanos, 20_261);
  private final HotKeyRecorder recorder = hotKeys.newRecorder();

  @Test
  void aQuietServerIsCountedExactly() {
    NativeKey[] keys = NativeKey.numbered(3);
    for (int second = 0; second < 60; second++) {
      touch(keys[0], 10, false);
      touch(keys[1], 4, true);
      touch(keys[1], 1, false);
      nanos += TimeUnit.SECONDS.toNanos(1);
    }

    List<HotKey> hottest = hotKeys.hottest(DB, 10);

    assertThat(hottest).extracting(HotKeysTest::text).containsExactly("key:0", "key:1");
    assertThat(hottest.getFirst().readsPerSecond()).isCloseTo(10, within(0.5));
    assertThat(hottest.getFirst().writesPerSecond()).isZero();
    assertThat(hottest.get(1).readsPerSecond()).isCloseTo(1, within(0.05));
    assertThat(hottest.get(1).writesPerSecond()).isCloseTo(4, within(0.2));
    assertThat(recorder.every()).isEqualTo(1);
    assertThat(hotKeys.hottest(DB, 1)).extracting(HotKeysTest::text).containsExactly("key:0");
    assertThat(hotKeys.hottest("another", 10)).isEmpty();
  }

  @Test
  void aBusyServerLooksAtFewAndIsStillRight() {
    Random random = new Random(4);
    NativeKey[] keys = NativeKey.numbered(20_000);
    // A million a second: every tenth to one key, every hundredth to another.
    for (int i = 0; i < 20_000_000; i++) {
      int dice = random.nextInt(100);
      int key = dice < 10 ? 0 : dice < 11 ? 1 : 2 + random.nextInt(keys.length - 2);
      recorder.touched(DB, keys[key].address(), keys[key].length(), false);
      nanos += 1_000;
    }

    List<HotKey> hottest = hotKeys.hottest(DB, 10);

    assertThat(recorder.every()).as("one in so many is looked at").isBetween(150, 1_024);
    assertThat(hottest).extracting(HotKeysTest::text).containsExactly("key:0", "key:1");
    assertThat(hottest.getFirst().readsPerSecond()).isCloseTo(100_000, within(10_000.0));
    assertThat(hottest.get(1).readsPerSecond()).isBetween(4_000.0, 14_000.0);
  }

  @Test
  void noRhythmOfTheRequestsHidesAKey() {
    NativeKey[] keys = NativeKey.numbered(256);
    for (int round = 0; round < 20_000; round++) {
      for (NativeKey key : keys) {
        recorder.touched(DB, key.address(), key.length(), false);
        nanos += 2_000;
      }
    }

    assertThat(recorder.every()).isGreaterThan(64);
    assertThat(hotKeys.hottest(DB, 500)).as("all that came by turns").hasSize(keys.length);
  }

  @Test
  void whereAllKeysAreTouchedAlikeNoneIsNamed() {
    Random random = new Random(9);
    NativeKey[] keys = NativeKey.numbered(50_000);
    for (int i = 0; i < 5_000_000; i++) {
      NativeKey key = keys[random.nextInt(keys.length)];
      recorder.touched(DB, key.address(), key.length(), false);
      nanos += 2_000;
    }

    assertThat(hotKeys.hottest(DB, 500)).hasSizeLessThan(5);
  }

  @Test
  void whatIsNoLongerTouchedIsForgotten() {
    NativeKey key = new NativeKey("k");
    for (int second = 0; second < 30; second++) {
      touch(key, 100, true);
      nanos += TimeUnit.SECONDS.toNanos(1);
    }
    double hot = hotKeys.hottest(DB, 1).getFirst().writesPerSecond();
    nanos += TimeUnit.SECONDS.toNanos(40);

    assertThat(hotKeys.hottest(DB, 1).getFirst().writesPerSecond())
        .isCloseTo(hot / 16, within(hot / 16));
    nanos += TimeUnit.MINUTES.toNanos(5);
    assertThat(hotKeys.hottest(DB, 1)).isEmpty();
    nanos += TimeUnit.DAYS.toNanos(300);
    touch(key, 1, false);
    assertThat(hotKeys.hottest(DB, 1)).singleElement().extracting(HotKeysTest::text).isEqualTo("k");
  }

  @Test
  void threadsCountForThemselvesAndAreAddedUp() {
    NativeKey key = new NativeKey("k");
    HotKeyRecorder another = hotKeys.newRecorder();
    nanos += TimeUnit.SECONDS.toNanos(1);
    touch(key, 3, false);
    another.touched(DB, key.address(), key.length(), false);
    hotKeys.touched(DB, key.address(), key.length(), true);

    HotKey sum = hotKeys.hottest(DB, 1).getFirst();
    assertThat(sum.readsPerSecond()).isEqualTo(4);
    assertThat(sum.writesPerSecond()).isEqualTo(1);
  }

  @Test
  void countingAllocatesNothing() {
    NativeKey[] keys = NativeKey.numbered(4_000);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().threadId();
    touchAll(keys);
    touchAll(keys);

    long before = threads.getThreadAllocatedBytes(self);
    touchAll(keys);
    long allocated = threads.getThreadAllocatedBytes(self) - before;

    assertThat(allocated).as("bytes for 400,000 keys").isLessThan(4_096);
  }

  private void touchAll(NativeKey[] keys) {
    for (int i = 0; i < 400_000; i++) {
      NativeKey key = keys[i % keys.length];
      recorder.touched(DB, key.address(), key.length(), (i & 1) == 0);
      nanos += 500_000;
    }
  }

  private void touch(NativeKey key, int times, boolean write) {
    for (int i = 0; i < times; i++) {
      recorder.touched(DB, key.address(), key.length(), write);
    }
  }

  private static String text(HotKey key) {
    return new String(key.key(), StandardCharsets.UTF_8);
  }
}
