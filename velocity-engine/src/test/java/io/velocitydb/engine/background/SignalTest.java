package io.velocitydb.engine.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SignalTest {
  private static final int ROUNDS = 20_000;

  @Test
  @Timeout(60)
  void whoWaitsSeesEverySignalAndWhatHappenedBefore() throws InterruptedException {
    Signal there = new Signal();
    Signal back = new Signal();
    int[] plain = new int[1];
    AtomicInteger seen = new AtomicInteger();
    try (ThreadedBackground background = new ThreadedBackground()) {
      Thread other =
          new Thread(
              () -> {
                for (int i = 1; i <= ROUNDS; i++) {
                  background.await(there);
                  there.clear();
                  if (plain[0] == i) {
                    seen.incrementAndGet();
                  }
                  back.set();
                }
              });
      other.start();
      for (int i = 1; i <= ROUNDS; i++) {
        plain[0] = i;
        there.set();
        background.await(back);
        back.clear();
      }
      other.join();
    }
    assertThat(seen).hasValue(ROUNDS);
  }

  @Test
  void aSignalThatIsSetAlreadyLetsPassAtOnce() {
    Signal signal = new Signal();
    signal.set();
    try (ThreadedBackground background = new ThreadedBackground()) {
      background.await(signal);
    }
    assertThat(signal.isSet()).isTrue();
  }
}
