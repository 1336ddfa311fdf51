package io.velocitydb.bench.linearizability.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random histories; {@code -Dvelocity.seed=N} runs only those of seed N again. */
final class GeneratedHistoriesTest {
  private static final Checker CHECKER = new Checker(Checker.DEFAULT_WORK);

  private static List<Long> seeds(int count) {
    Long only = Long.getLong("velocity.seed");
    if (only != null) {
      return List.of(only);
    }
    long first = System.nanoTime() & 0xFFFF_FFFFL;
    return LongStream.range(first, first + count).boxed().toList();
  }

  @Test
  void whatASequentialStoreAnsweredIsLinearizable() {
    Set<Class<?>> outcomes = new HashSet<>();
    for (long seed : seeds(300)) {
      SplittableRandom random = new SplittableRandom(seed);
      Simulation.Size size =
          new Simulation.Size(
              20 + random.nextInt(400),
              1 + random.nextInt(8),
              2 + random.nextInt(12),
              random.nextBoolean() ? 0 : 150);
      List<Operation> history = new Simulation(size, seed).run();
      history.forEach(operation -> outcomes.add(operation.outcome().getClass()));
      assertThat(CHECKER.check(history))
          .as("seed %d, %s", seed, size)
          .isInstanceOf(Verdict.Linearizable.class);
    }
    if (Long.getLong("velocity.seed") == null) {
      // Each kind of answer came up: all there are, but for the common kind of what a read says.
      assertThat(outcomes).hasSize(Outcome.class.getPermittedSubclasses().length - 1 + 2);
    }
  }

  @Test
  void theSearchDecidesAsTryingEveryOrderDoes() {
    int right = 0;
    int wrong = 0;
    for (long seed : seeds(6_000)) {
      SplittableRandom random = new SplittableRandom(seed);
      Simulation.Size size =
          new Simulation.Size(3 + random.nextInt(5), 1 + random.nextInt(4), 2, 15);
      List<Operation> history = new Simulation(size, seed).run();
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        history = change(history, random);
      }
      boolean linearizable = BruteForce.isLinearizable(history);
      assertThat(CHECKER.check(history))
          .as("seed %d: %s", seed, history)
          .isInstanceOf(linearizable ? Verdict.Linearizable.class : Verdict.Violation.class);
      if (linearizable) {
        right++;
      } else {
        wrong++;
      }
    }
    if (Long.getLong("velocity.seed") == null) {
      assertThat(right).isGreaterThan(600);
      assertThat(wrong).isGreaterThan(600);
    }
  }

  @Test
  void twentyThousandOperationsWithCrashesAreDecidedWithinSeconds() {
    for (long seed : seeds(1)) {
      Simulation.Size size = new Simulation.Size(20_000, 16, 24, 12_000);
      List<Operation> history = new Simulation(size, seed).run();
      assertThat(history.stream().filter(Operation::isUnknown).count())
          .as("seed %d", seed)
          .isPositive();
      long before = System.nanoTime();
      // The bound on the work is what holds on any machine; it takes about a second.
      Verdict verdict = new Checker(20_000_000).check(history);
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      assertThat(verdict)
          .as("seed %d, after %s", seed, took)
          .isInstanceOf(Verdict.Linearizable.class);
    }
  }

  @Test
  void tooMuchWorkIsUndecidedAndNotWrong() {
    List<Operation> history = new Simulation(new Simulation.Size(500, 8, 2, 0), 1).run();
    assertThat(new Checker(100).check(history))
        .isInstanceOfSatisfying(
            Verdict.Undecided.class, undecided -> assertThat(undecided.parts()).isEqualTo(2));
  }

  /** Gives an operation the answer of another one of the same kind, or the times of any other. */
  private static List<Operation> change(List<Operation> history, SplittableRandom random) {
    List<Operation> answered =
        history.stream().filter(operation -> !operation.isUnknown()).toList();
    if (answered.isEmpty()) {
      return history;
    }
    Operation one = answered.get(random.nextInt(answered.size()));
    List<Operation> others =
        answered.stream().filter(other -> mayTradeAnswers(one, other)).toList();
    boolean trade = !others.isEmpty() && random.nextInt(4) != 0;
    Operation answer = trade ? others.get(random.nextInt(others.size())) : one;
    Operation times = trade ? one : answered.get(random.nextInt(answered.size()));
    List<Operation> changed = new ArrayList<>(history);
    changed.set(
        history.indexOf(one),
        new Operation(
            one.number(),
            one.client(),
            one.action(),
            answer.outcome(),
            times.invoked(),
            times.responded(),
            times.clockFrom(),
            times.clockTo()));
    return changed;
  }

  private static boolean mayTradeAnswers(Operation one, Operation other) {
    return one.action().getClass() == other.action().getClass()
        && one.action().touched().size() == other.action().touched().size()
        && !(one.action() instanceof Action.Batch)
        && !one.outcome().equals(other.outcome());
  }
}
