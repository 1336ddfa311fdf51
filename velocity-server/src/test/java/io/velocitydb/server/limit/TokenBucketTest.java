package io.velocitydb.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  /** The clock may wrap around at any time. */
  private long now = Long.MAX_VALUE - 1_000_000;

  private final TokenBucket bucket = new TokenBucket(now);

  private void pass(long ms) {
    now += TimeUnit.MILLISECONDS.toNanos(ms);
  }

  private int takeAll(int perSecond) {
    int taken = 0;
    while (bucket.take(now, perSecond) == 0) {
      taken++;
    }
    return taken;
  }

  @Test
  void aFullOneHasASecondsWorthAndThenThereIsOneAtATime() {
    assertThat(takeAll(10)).isEqualTo(10);
    assertThat(bucket.take(now, 10)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    pass(99);
    assertThat(bucket.take(now, 10)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1));
    pass(1);
    assertThat(takeAll(10)).isEqualTo(1);
    pass(250);
    assertThat(takeAll(10)).isEqualTo(2);
  }

  @Test
  void aLongPauseFillsItAndNoMore() {
    takeAll(10);
    pass(3_600_000);
    assertThat(takeAll(10)).isEqualTo(10);
  }

  @Test
  void whatIsRefusedCostsNothing() {
    takeAll(4);
    for (int i = 0; i < 1_000; i++) {
      assertThat(bucket.take(now, 4)).isPositive();
    }
    pass(250);
    assertThat(takeAll(4)).isEqualTo(1);
  }

  @Test
  void theLowestAndTheHighestLimitHold() {
    assertThat(takeAll(1)).isEqualTo(1);
    assertThat(bucket.take(now, 1)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    pass(1_000);
    int many = 1_000_000;
    for (int i = 0; i < many; i++) {
      assertThat(bucket.take(now, RateLimits.PER_SECOND_MAX)).isZero();
    }
  }

  @Test
  void threadsTogetherTakeNoMoreThanThereIs() throws Exception {
    int perSecond = 10_000;
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      start.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    for (int j = 0; j < perSecond; j++) {
                      if (bucket.take(now, perSecond) == 0) {
                        taken.incrementAndGet();
                      }
                    }
                  });
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken.get()).isEqualTo(perSecond);
  }
}
