package io.velocitydb.engine.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs a check over many seeds on all processors, and makes a failure easy to repeat: the line that
 * replays it, and for runs of {@link Choice}s the shortest list of them that still fails.
 *
 * <p>{@code -Dvelocity.seeds=N} runs N seeds in place of the test's own number, {@code
 * -Dvelocity.first=S} begins at S, {@code -Dvelocity.seed=S} runs one.
 */
final class Runs {
  private static final long SHRINK_MILLIS = 20_000;

  private Runs() {}

  interface Check {
    void run(long seed) throws Throwable;
  }

  /** Runs a check for seeds from 1 on; the first failure is thrown with its replay line. */
  static void seeds(String test, int usual, Check check) {
    Long one = Long.getLong("velocity.seed");
    long first = one != null ? one : Long.getLong("velocity.first", 1);
    long count = one != null ? 1 : Long.getLong("velocity.seeds", usual);
    AtomicLong next = new AtomicLong(first);
    AtomicReference<AssertionError> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < Runtime.getRuntime().availableProcessors(); t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (failure.get() == null) {
                      long seed = next.getAndIncrement();
                      if (seed >= first + count) {
                        return;
                      }
                      try {
                        check.run(seed);
                      } catch (Throwable e) {
                        failure.compareAndSet(null, replay(test, seed, e));
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    AssertionError failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private static AssertionError replay(String test, long seed, Throwable e) {
    return new AssertionError(
        "seed "
            + seed
            + ": "
            + e.getMessage()
            + "\nreplay: ./mvnw -o -pl velocity-engine -am test -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dtest="
            + test
            + " -Dvelocity.seed="
            + seed,
        e);
  }

  /** A check that runs a world of random choices. */
  static Check worlds(Act.Profile profile, int choices) {
    return worlds(profile, choices, new Coverage());
  }

  /** As above, and tells what the runs have covered. */
  static Check worlds(Act.Profile profile, int choices, Coverage coverage) {
    return seed -> {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(2 * choices);
      List<Choice> all = Choice.random(random, profile, count);
      Throwable failure = failureOf(seed, profile, all, new ArrayList<>(), coverage);
      if (failure == null) {
        return;
      }
      List<Choice> fewest = shrink(seed, profile, all);
      List<String> log = new ArrayList<>();
      Throwable shortest = failureOf(seed, profile, fewest, log, new Coverage());
      Throwable shown = shortest == null ? failure : shortest;
      throw new AssertionError(
          shown
              + "\nafter "
              + fewest.size()
              + " of "
              + count
              + " steps:\n  "
              + String.join("\n  ", log),
          shown);
    };
  }

  private static Throwable failureOf(
      long seed, Act.Profile profile, List<Choice> choices, List<String> log, Coverage coverage) {
    World world = null;
    try {
      world = new World(seed, profile, coverage);
      world.run(choices);
      return null;
    } catch (Throwable e) {
      return e;
    } finally {
      if (world != null) {
        log.addAll(world.log());
      }
    }
  }

  /** Leaves out ever smaller pieces, as long as the run still fails. */
  private static List<Choice> shrink(long seed, Act.Profile profile, List<Choice> failing) {
    long end = System.nanoTime() + SHRINK_MILLIS * 1_000_000;
    List<Choice> best = failing;
    for (int piece = Math.max(1, best.size() / 2); ; ) {
      boolean shorter = false;
      for (int at = 0; at < best.size() && System.nanoTime() < end; ) {
        List<Choice> without = new ArrayList<>(best.subList(0, at));
        without.addAll(best.subList(Math.min(best.size(), at + piece), best.size()));
        if (failureOf(seed, profile, without, new ArrayList<>(), new Coverage()) != null) {
          best = without;
          shorter = true;
        } else {
          at += piece;
        }
      }
      if (System.nanoTime() >= end || (piece == 1 && !shorter)) {
        return best;
      }
      piece = Math.max(1, piece / 2);
    }
  }
}
