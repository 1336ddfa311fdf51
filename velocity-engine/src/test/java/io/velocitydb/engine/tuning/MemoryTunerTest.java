package io.velocitydb.engine.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.tuning.Decision.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The control law, against workloads that are formulas. */
class MemoryTunerTest {
  private static final long MIB = 1 << 20;
  private static final long LEAST = 16 * MIB;
  private static final long MOST = 96 * MIB;
  private static final long STEP = 4 * MIB;
  private static final long LIMIT = 240 * MIB;
  private static final double MISS_NANOS = 10_000;

  /** An engine whose keys are read evenly, and that is written to at a rate. */
  private static final class Model {
    final MemoryTuner tuner;
    final List<Decision> moves = new ArrayList<>();
    final Random random = new Random(5);
    long memtables = MOST;
    long workingSet;
    long readsPerSecond;
    long writtenPerSecond;

    Model(double target) {
      tuner = new MemoryTuner(LEAST, MOST, STEP, target, 4);
    }

    long cache() {
      return LIMIT - memtables;
    }

    void seconds(int count) {
      for (int i = 0; i < count; i++) {
        Decision decision = tuner.look(work(), memtables);
        if (decision.steps() > 0) {
          moves.add(decision);
          long bytes = decision.steps() * STEP;
          assertThat(decision.steps()).isLessThanOrEqualTo(4);
          memtables =
              decision.direction() == Direction.BLOCKS
                  ? Math.max(LEAST, memtables - bytes)
                  : Math.min(MOST, memtables + bytes);
        }
      }
    }

    /** A tenth more or less of everything: what is counted is never the same twice. */
    private long about(double value) {
      return Math.round(value * (0.9 + 0.2 * random.nextDouble()));
    }

    private Work work() {
      double misses = Math.max(0, 1 - (double) cache() / workingSet);
      List<Long> found = new ArrayList<>();
      for (int size = 0; size < 5; size++) {
        double larger = Math.max(0, 1 - (double) (cache() + (STEP << size)) / workingSet);
        found.add(about(readsPerSecond * (misses - larger)));
      }
      long missed = about(readsPerSecond * misses);
      return new Work(
          1,
          readsPerSecond - missed,
          missed,
          found,
          MISS_NANOS,
          about((double) writtenPerSecond),
          0);
    }
  }

  private static Model model(double target) {
    return new Model(target);
  }

  @Test
  void readsThatALargerCacheWouldAnswerGetTheMemoryThatNobodyWritesTo() {
    Model model = model(0.95);
    model.workingSet = 400 * MIB;
    model.readsPerSecond = 50_000;
    model.seconds(30);
    assertThat(model.memtables).isEqualTo(LEAST);
    assertThat(model.moves).allMatch(move -> move.direction() == Direction.BLOCKS);
    assertThat(model.moves.getFirst().steps()).as("it begins carefully").isEqualTo(1);
    assertThat(model.moves.getFirst().reason()).contains("saves reads");
    model.seconds(1_000);
    assertThat(model.memtables).isEqualTo(LEAST);
  }

  @Test
  void writesTakeItBack() {
    Model model = model(0.95);
    model.workingSet = 400 * MIB;
    model.readsPerSecond = 50_000;
    model.seconds(30);
    model.readsPerSecond = 0;
    model.writtenPerSecond = 50 * MIB;
    model.seconds(15);
    assertThat(model.memtables).as("where nobody reads, nobody can miss it").isEqualTo(MOST);
  }

  @Test
  void onlyAsMuchIsTakenAsTheWorkingSetNeeds() {
    Model model = model(0.95);
    model.workingSet = LIMIT - MOST + 5 * STEP;
    model.readsPerSecond = 50_000;
    model.seconds(1_000);
    assertThat(model.cache()).isBetween(model.workingSet - STEP, model.workingSet + 4 * STEP);
  }

  @Test
  void aWorkingSetThatIsReadInTurnIsSeenThoughOneStepWouldHelpNothing() {
    Work inTurn = new Work(1, 0, 10_000, List.of(0L, 0L, 10_000L, 10_000L, 10_000L), 0, 0, 0);
    assertThat(inTurn.savedByAStep()).isEqualTo(2_500);
    MemoryTuner tuner = new MemoryTuner(LEAST, MOST, STEP, 0.95, 4);
    assertThat(tuner.look(inTurn, MOST).steps()).as("one look is not enough").isZero();
    assertThat(tuner.look(inTurn, MOST).direction()).isEqualTo(Direction.BLOCKS);
  }

  @Test
  void aMixThatStaysTheSameEndsInABalanceWithoutSwinging() {
    Model model = model(0.95);
    model.workingSet = 400 * MIB;
    model.readsPerSecond = 200_000;
    model.writtenPerSecond = 20 * MIB;
    model.seconds(120);
    long balance = model.memtables;
    assertThat(balance).isStrictlyBetween(LEAST, MOST);
    model.moves.clear();
    model.seconds(2_000);
    assertThat(model.moves).hasSizeLessThanOrEqualTo(4);
    assertThat(model.memtables).isBetween(balance - 2 * STEP, balance + 2 * STEP);
  }

  @Test
  void whatWasRefutedIsTriedMoreAndMoreRarely() {
    // All fits once the cache has three steps more; then nothing shows what a step less would cost.
    Model model = model(0.999);
    model.workingSet = LIMIT - MOST + 3 * STEP;
    model.readsPerSecond = 100_000;
    model.writtenPerSecond = 5 * MIB;
    model.seconds(500);
    model.moves.clear();
    model.seconds(1_000);
    assertThat(model.moves.stream().filter(m -> m.direction() == Direction.MEMTABLES).count())
        .as("attempts in a thousand looks")
        .isBetween(1L, 20L);
  }

  @Test
  void aboveItsTargetTheCacheClaimsLess() {
    Model modest = model(0.2);
    Model greedy = model(0.99);
    for (Model model : List.of(modest, greedy)) {
      model.workingSet = 250 * MIB;
      model.readsPerSecond = 200_000;
      model.writtenPerSecond = 20 * MIB;
      model.seconds(500);
    }
    assertThat(modest.memtables).isGreaterThan(greedy.memtables);
  }

  @Test
  void whatSavesNextToNothingMovesNothing() {
    Model model = model(0.95);
    model.workingSet = 400 * MIB;
    model.readsPerSecond = 100;
    model.seconds(1_000);
    assertThat(model.moves).isEmpty();
    model.memtables = LEAST;
    model.readsPerSecond = 0;
    model.writtenPerSecond = 1_000;
    model.seconds(1_000);
    assertThat(model.moves).isEmpty();
  }

  @Test
  void writesThatAreHeldBackClaimMemory() {
    MemoryTuner tuner = new MemoryTuner(LEAST, MOST, STEP, 0.95, 4);
    Work stalled = new Work(1, 0, 0, List.of(0L, 0L, 0L, 0L, 0L), 0, 0, 100_000_000);
    tuner.look(stalled, LEAST);
    assertThat(tuner.look(stalled, LEAST).direction()).isEqualTo(Direction.MEMTABLES);
  }

  @Test
  void anEngineThatDoesNothingKeepsWhatItHas() {
    Model model = model(0.95);
    model.workingSet = 1;
    model.seconds(100);
    assertThat(model.moves).isEmpty();
  }
}
