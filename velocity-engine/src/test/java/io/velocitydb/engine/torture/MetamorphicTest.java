package io.velocitydb.engine.torture;

import org.junit.jupiter.api.Test;

/** Random operations against the model, under random options; see {@link World}. */
class MetamorphicTest {
  @Test
  void withoutFaultsEveryAnswerIsTheModels() {
    Runs.seeds(
        "MetamorphicTest#withoutFaultsEveryAnswerIsTheModels",
        120,
        Runs.worlds(Act.Profile.CALM, 150));
  }

  @Test
  void crashesLeaveAStateThatWasPromised() {
    Runs.seeds(
        "MetamorphicTest#crashesLeaveAStateThatWasPromised",
        120,
        Runs.worlds(Act.Profile.CRASH, 50));
  }
}
