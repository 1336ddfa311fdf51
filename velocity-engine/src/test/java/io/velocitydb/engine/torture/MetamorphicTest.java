package io.velocitydb.engine.torture;

import org.junit.jupiter.api.Test;

/** Random operations against the model, under random options; see {@link World}. */
class MetamorphicTest {
  @Test
  void withoutFaultsEveryAnswerIsTheModels() {
    run("withoutFaultsEveryAnswerIsTheModels", 200, Act.Profile.CALM, 150);
  }

  @Test
  void crashesLeaveAStateThatWasPromised() {
    run("crashesLeaveAStateThatWasPromised", 1_000, Act.Profile.CRASH, 50);
  }

  @Test
  void aFullDiskRefusesWritesAndLosesNothing() {
    run("aFullDiskRefusesWritesAndLosesNothing", 200, Act.Profile.FULL, 50);
  }

  private static void run(String test, int seeds, Act.Profile profile, int choices) {
    Coverage coverage = new Coverage();
    Runs.seeds("MetamorphicTest#" + test, seeds, Runs.worlds(profile, choices, coverage));
    coverage.demandBigEvents();
    if (profile == Act.Profile.FULL) {
      coverage.demandFullDisks();
    }
  }
}
