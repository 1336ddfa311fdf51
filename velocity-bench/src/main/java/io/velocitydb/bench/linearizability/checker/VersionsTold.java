package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions that a history tells of. One that is told of two writes of a key, or of two values
 * of it, is wrong whatever the order was.
 */
final class VersionsTold {
  private record Version(String key, long version) {}

  private final Map<Version, Operation> writers = new HashMap<>();
  private final Map<Version, String> values = new HashMap<>();

  private VersionsTold() {}

  /** The first operation that is told a version which was told of something else. */
  static Optional<Operation> firstUsedTwice(List<Operation> operations) {
    VersionsTold told = new VersionsTold();
    return operations.stream().filter(operation -> !told.add(operation)).findFirst();
  }

  /** By key: the version that a write, which was told, gave it. */
  static Map<String, Long> toWriters(Operation operation) {
    Map<String, Long> given = new HashMap<>();
    List<String> keys = operation.action().touched();
    switch (operation.outcome()) {
      case Outcome.Applied(long version) -> given.put(keys.getFirst(), version);
      case Outcome.Counted(_, long version) -> given.put(keys.getFirst(), version);
      case Outcome.BatchApplied(List<Long> versions) -> {
        for (int i = 0; i < keys.size(); i++) {
          given.put(keys.get(i), versions.get(i));
        }
      }
      default -> {}
    }
    given.values().removeIf(version -> version == 0);
    return given;
  }

  private boolean add(Operation operation) {
    boolean fine = true;
    for (Map.Entry<String, Long> given : toWriters(operation).entrySet()) {
      Version version = new Version(given.getKey(), given.getValue());
      fine &= writers.putIfAbsent(version, operation) == null;
    }
    for (Map.Entry<Version, String> shown : valuesOf(operation).entrySet()) {
      String before = values.putIfAbsent(shown.getKey(), shown.getValue());
      fine &= before == null || before.equals(shown.getValue());
    }
    return fine;
  }

  private static Map<Version, String> valuesOf(Operation operation) {
    Map<Version, String> shown = new HashMap<>();
    List<String> keys = operation.action().touched();
    switch (operation.outcome()) {
      case Outcome.Found(String value, long version) ->
          shown.put(new Version(keys.getFirst(), version), value);
      case Outcome.FoundAll(List<Outcome.Seen> entries) -> {
        for (int i = 0; i < keys.size(); i++) {
          if (entries.get(i) instanceof Outcome.Found(String value, long version)) {
            shown.put(new Version(keys.get(i), version), value);
          }
        }
      }
      case Outcome.Counted(long value, long version) ->
          shown.put(new Version(keys.getFirst(), version), Long.toString(value));
      case Outcome.Applied(long version) -> {
        if (version != 0 && operation.action() instanceof Action.Set set) {
          shown.put(new Version(set.key(), version), set.value());
        }
      }
      case Outcome.BatchApplied(List<Long> versions) -> {
        if (operation.action() instanceof Action.Batch batch) {
          for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i) != 0 && batch.writes().get(i) instanceof Action.Set set) {
              shown.put(new Version(set.key(), versions.get(i)), set.value());
            }
          }
        }
      }
      default -> {}
    }
    return shown;
  }
}
