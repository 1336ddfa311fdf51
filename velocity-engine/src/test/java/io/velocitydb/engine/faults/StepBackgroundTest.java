package io.velocitydb.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class StepBackgroundTest {
  private final FakeClock clock = new FakeClock(1_000);

  private String order(long seed) {
    StepBackground background = new StepBackground(seed, clock);
    StringBuilder order = new StringBuilder();
    for (char c = 'a'; c <= 'c'; c++) {
      char name = c;
      background.execute(Lane.FLUSH, () -> order.append(name));
    }
    assertThat(order).as("before the first step").isEmpty();
    background.runAll();
    return order.toString();
  }

  @Test
  void theSeedDecidesTheOrderAndEveryOrderHappens() {
    Set<String> orders = new TreeSet<>();
    for (long seed = 0; seed < 200; seed++) {
      String order = order(seed);
      assertThat(order(seed)).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders).containsExactly("abc", "acb", "bac", "bca", "cab", "cba");
  }

  @Test
  void waitingRunsWhatIsAwaited() {
    StepBackground background = new StepBackground(1, clock);
    CompletableFuture<String> inner = new CompletableFuture<>();
    CompletableFuture<String> outer = new CompletableFuture<>();
    background.execute(Lane.FLUSH, () -> outer.complete(background.await(inner) + "!"));
    background.execute(Lane.LOG, () -> inner.complete("done"));
    assertThat(background.await(outer)).isEqualTo("done!");
    assertThat(background.stepsDone()).isEqualTo(2);
  }

  @Test
  void aDeadlockIsAnErrorNotAHang() {
    StepBackground background = new StepBackground(1, clock);
    assertThatThrownBy(() -> background.await(new CompletableFuture<>()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("deadlock");
  }

  @Test
  void timersRunWhenTheClockReachesThemAndWaitingMovesTheClock() {
    StepBackground background = new StepBackground(1, clock);
    int[] runs = new int[1];
    CompletableFuture<Void> third = new CompletableFuture<>();
    Background.Timer timer =
        background.every(
            Lane.LOG,
            100,
            () -> {
              if (++runs[0] == 3) {
                third.complete(null);
              }
            });
    assertThat(background.step()).isFalse();
    clock.advance(100);
    background.runAll();
    assertThat(runs[0]).isEqualTo(1);
    background.await(third);
    assertThat(runs[0]).isEqualTo(3);
    assertThat(clock.wallMillis()).isEqualTo(1_300);
    timer.cancel();
    clock.advance(1_000);
    assertThat(background.step()).isFalse();
  }

  @Test
  void deathDropsWhatHasNotRunAndCloseDoesNot() {
    StepBackground background = new StepBackground(1, clock);
    int[] runs = new int[1];
    background.execute(Lane.LOG, () -> runs[0]++);
    background.kill();
    background.runAll();
    assertThat(runs[0]).isZero();
    background.execute(Lane.LOG, () -> runs[0]++);
    background.close();
    assertThat(runs[0]).isEqualTo(1);
    assertThatThrownBy(() -> background.execute(Lane.LOG, () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void theWallClockJumpsWhereTheOtherDoesNot() {
    clock.advance(5);
    clock.setWall(7);
    assertThat(clock.wallMillis()).isEqualTo(7);
    assertThat(clock.nanoTime()).isEqualTo(5_000_000);
  }
}
