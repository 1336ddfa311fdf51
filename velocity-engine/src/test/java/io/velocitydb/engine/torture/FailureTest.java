package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.faults.FailingVfs;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every n-th file operation fails, until n is so large that none does: each run must end in answers
 * that the history allows, and open again with all that was acknowledged.
 */
class FailureTest {
  private static final int CHOICES = 30;

  static void everyOperationFails(long seed, FailingVfs.Fault fault, boolean forEver) {
    Random random = new Random(seed);
    List<Choice> choices = Choice.random(random, Act.Profile.FAULT, CHOICES);
    for (long n = 1; ; n++) {
      World world = new World(seed, Act.Profile.FAULT);
      world.machine.failing.fail(n, FailingVfs.ALL, fault, forEver);
      try {
        world.run(choices);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "operation %d (%s) fails: %s%nafter:%n  %s"
                .formatted(
                    n,
                    world.machine.failing.lastFailure(),
                    e,
                    String.join(System.lineSeparator() + "  ", world.log())),
            e);
      }
      if (world.machine.failing.failures() == 0) {
        assertThat(n).as("operations of the run").isGreaterThan(50);
        return;
      }
    }
  }

  @Test
  void everyOperationFailsOnce() {
    Runs.seeds(
        "FailureTest#everyOperationFailsOnce",
        2,
        seed -> everyOperationFails(seed, FailingVfs.Fault.IO_ERROR, false));
  }

  @Test
  void fromAnyOperationOnAllFail() {
    Runs.seeds(
        "FailureTest#fromAnyOperationOnAllFail",
        1,
        seed -> everyOperationFails(seed, FailingVfs.Fault.IO_ERROR, true));
  }

  @Test
  void theDiskIsFullAtAnyOperation() {
    Runs.seeds(
        "FailureTest#theDiskIsFullAtAnyOperation",
        1,
        seed -> everyOperationFails(seed, FailingVfs.Fault.DISK_FULL, false));
  }
}
