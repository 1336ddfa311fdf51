package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Condition;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A database that does one thing after the other; it shares no code with the checker's model. */
final class SampleStore {
  private record Cell(String value, long version, long expiresAt) {}

  private Map<String, Cell> cells = new HashMap<>();
  private long lastVersion = 1_000;

  Outcome apply(Action action, long now) {
    cells.values().removeIf(cell -> cell.expiresAt != 0 && cell.expiresAt <= now);
    return switch (action) {
      case Action.Get get -> look(get.key());
      case Action.GetAll all -> new Outcome.FoundAll(all.keys().stream().map(this::look).toList());
      case Action.Set set -> {
        long current = version(set.key());
        if (!holds(set.condition(), current)) {
          yield new Outcome.NotApplied(current);
        }
        if (set.expiresAt() != 0 && set.expiresAt() <= now) {
          cells.remove(set.key());
          yield new Outcome.Applied(0);
        }
        cells.put(set.key(), new Cell(set.value(), ++lastVersion, set.expiresAt()));
        yield new Outcome.Applied(lastVersion);
      }
      case Action.Delete delete -> {
        long current = version(delete.key());
        yield holds(delete.condition(), current)
            ? new Outcome.Deleted(cells.remove(delete.key()) != null)
            : new Outcome.NotApplied(current);
      }
      case Action.Incr incr -> {
        Cell cell = cells.getOrDefault(incr.key(), new Cell("0", 0, 0));
        if (!cell.value.matches("-?\\d+")) {
          yield new Outcome.NotAnInteger();
        }
        long sum = Long.parseLong(cell.value) + incr.delta();
        cells.put(incr.key(), new Cell(Long.toString(sum), ++lastVersion, cell.expiresAt));
        yield new Outcome.Counted(sum, lastVersion);
      }
      case Action.Batch batch -> applyAll(batch, now);
    };
  }

  private Outcome applyAll(Action.Batch batch, long now) {
    Map<String, Cell> before = new HashMap<>(cells);
    List<Long> versions = new ArrayList<>();
    for (int i = 0; i < batch.writes().size(); i++) {
      switch (apply(batch.writes().get(i), now)) {
        case Outcome.Applied(long version) -> versions.add(version);
        case Outcome.Counted(_, long version) -> versions.add(version);
        case Outcome.Deleted(_) -> versions.add(0L);
        case Outcome.NotApplied(long version) -> {
          cells = before;
          return new Outcome.BatchRefused(i, version);
        }
        case Outcome other -> {
          cells = before;
          return other;
        }
      }
    }
    return new Outcome.BatchApplied(versions);
  }

  private Outcome.Seen look(String key) {
    Cell cell = cells.get(key);
    return cell == null ? new Outcome.Absent() : new Outcome.Found(cell.value, cell.version);
  }

  private long version(String key) {
    Cell cell = cells.get(key);
    return cell == null ? 0 : cell.version;
  }

  private static boolean holds(Condition condition, long current) {
    return switch (condition) {
      case Condition.Always() -> true;
      case Condition.IfAbsent() -> current == 0;
      case Condition.IfPresent() -> current != 0;
      case Condition.IfVersion(long version) -> current == version;
    };
  }
}
