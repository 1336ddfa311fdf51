package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.checker.Partitions.Partition;
import io.velocitydb.bench.linearizability.history.Operation;
import java.util.ArrayList;
import java.util.List;

/** Tries every order that the times allow, without remembering anything. */
final class BruteForce {
  private BruteForce() {}

  static boolean isLinearizable(List<Operation> history) {
    for (Partition partition : Partitions.of(history)) {
      List<Operation> operations = partition.operations();
      Model model = new Model(partition.keys(), operations);
      if (VersionsTold.firstUsedTwice(operations).isPresent()
          || !anyOrder(model, model.initial(), operations)) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyOrder(Model model, State state, List<Operation> left) {
    if (left.stream().allMatch(Operation::isUnknown)) {
      return true;
    }
    long firstAnswer = left.stream().mapToLong(Operation::responded).min().orElseThrow();
    for (Operation next : left) {
      if (next.invoked() <= firstAnswer) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(next);
        for (State after : model.step(state, next)) {
          if (anyOrder(model, after, rest)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
