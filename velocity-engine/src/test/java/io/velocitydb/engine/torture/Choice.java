package io.velocitydb.engine.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One step of a run: what, and a seed for its details. Each has its own seed, so that a run can be
 * shortened by leaving steps out.
 */
record Choice(Act act, long seed) {
  static List<Choice> random(Random random, Act.Profile profile, int count) {
    int sum = 0;
    for (Act act : Act.values()) {
      sum += act.weight(profile);
    }
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int pick = random.nextInt(sum);
      for (Act act : Act.values()) {
        pick -= act.weight(profile);
        if (pick < 0) {
          choices.add(new Choice(act, random.nextLong()));
          break;
        }
      }
    }
    return choices;
  }
}
