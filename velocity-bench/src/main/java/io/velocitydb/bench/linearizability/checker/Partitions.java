package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Cuts a history into parts that can be judged one by one, since linearizability is local: a
 * history is linearizable if that of each key is. Keys that one operation touches together stay
 * together.
 */
final class Partitions {
  /**
   * A part of a history.
   *
   * @param keys in order
   * @param operations by the time of their requests; without those that say nothing: what failed
   *     and reads that were not answered
   */
  record Partition(List<String> keys, List<Operation> operations) {}

  private final Map<String, String> parents = new HashMap<>();

  private Partitions() {}

  /** The parts of a history, in the order of their first keys. */
  static List<Partition> of(List<Operation> history) {
    Partitions keys = new Partitions();
    for (Operation operation : history) {
      List<String> touched = operation.action().touched();
      touched.forEach(key -> keys.join(touched.getFirst(), key));
    }
    Map<String, TreeSet<String>> members = new HashMap<>();
    for (String key : keys.parents.keySet()) {
      members.computeIfAbsent(keys.find(key), _ -> new TreeSet<>()).add(key);
    }
    Map<String, List<Operation>> operations = new HashMap<>();
    for (Operation operation : history) {
      if (tellsSomething(operation)) {
        String first = operation.action().touched().getFirst();
        operations.computeIfAbsent(keys.find(first), _ -> new ArrayList<>()).add(operation);
      }
    }
    Map<String, Partition> inOrder = new TreeMap<>();
    operations.forEach(
        (root, part) -> {
          part.sort(
              Comparator.comparingLong(Operation::invoked).thenComparingInt(Operation::number));
          List<String> names = List.copyOf(members.get(root));
          inOrder.put(names.getFirst(), new Partition(names, List.copyOf(part)));
        });
    return List.copyOf(inOrder.values());
  }

  private static boolean tellsSomething(Operation operation) {
    return switch (operation.outcome()) {
      case Outcome.Failed() -> false;
      case Outcome.Unknown() -> operation.action().isWrite();
      default -> true;
    };
  }

  private void join(String one, String other) {
    parents.put(find(other), find(one));
  }

  private String find(String key) {
    String parent = parents.computeIfAbsent(key, itself -> itself);
    if (parent.equals(key)) {
      return key;
    }
    String root = find(parent);
    parents.put(key, root);
    return root;
  }
}
