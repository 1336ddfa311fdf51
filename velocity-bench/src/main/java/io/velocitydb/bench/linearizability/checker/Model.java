package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Condition;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the database promises, one operation at a time: whether an operation may have its outcome in
 * a state, and the state afterwards.
 *
 * <p>A version is opaque, belongs to one write, and is never used twice for a key. The version that
 * a write without an answer gave is taken from who is told of it first; it cannot be one that
 * another write was told. An entry is gone from the moment of its expiry; if that moment is within
 * the time of an operation, the operation may have met the entry or not.
 *
 * <p>Not thread-safe.
 */
final class Model {
  private final Map<String, Integer> places = new HashMap<>();

  /** By place: the versions that writes were told. */
  private final List<Set<Long>> owned = new ArrayList<>();

  /** By place: when entries may expire. */
  private final List<TreeSet<Long>> expiries = new ArrayList<>();

  /** The model of these keys, in which exactly these operations happen. */
  Model(List<String> keys, List<Operation> operations) {
    for (String key : keys) {
      places.put(key, owned.size());
      owned.add(new HashSet<>());
      expiries.add(new TreeSet<>());
    }
    for (Operation operation : operations) {
      VersionsTold.toWriters(operation)
          .forEach((key, version) -> owned.get(place(key)).add(version));
      if (operation.action().isWrite()) {
        for (Action.Write write : writes(operation)) {
          if (write instanceof Action.Set set && set.expiresAt() != 0) {
            expiries.get(place(set.key())).add(set.expiresAt());
          }
        }
      }
    }
  }

  State initial() {
    return State.absent(owned.size());
  }

  int place(String key) {
    Integer place = places.get(key);
    if (place == null) {
      throw new IllegalArgumentException("the partition does not have the key " + key);
    }
    return place;
  }

  /**
   * The states in which the operation may leave this one; none if it cannot have its outcome here.
   * An operation with an unknown outcome has to change something: that it did not happen needs no
   * step.
   */
  List<State> step(State before, Operation operation) {
    List<State> after = new ArrayList<>(1);
    for (State state : expire(before, operation)) {
      State next = apply(state, operation);
      if (next != null && !after.contains(next)) {
        after.add(next);
      }
    }
    return after;
  }

  /**
   * Whether the operation leaves all as it was, wherever it happens. One during which an entry may
   * expire does not: whoever finds the entry gone settles that it is.
   */
  boolean changesNothing(Operation operation) {
    boolean byOutcome =
        switch (operation.outcome()) {
          case Outcome.Seen _,
              Outcome.FoundAll _,
              Outcome.NotApplied _,
              Outcome.NotAnInteger _,
              Outcome.BatchRefused _ ->
              true;
          case Outcome.Deleted(boolean existed) -> !existed;
          default -> false;
        };
    if (!byOutcome) {
      return false;
    }
    for (String key : operation.action().touched()) {
      Long next = expiries.get(place(key)).higher(operation.clockFrom());
      if (next != null && next <= operation.clockTo()) {
        return false;
      }
    }
    return true;
  }

  /** What the operation may have met: an entry that expires meanwhile, or no longer. */
  private List<State> expire(State before, Operation operation) {
    List<State> met = List.of(before);
    for (String key : operation.action().touched()) {
      int place = place(key);
      Entry entry = before.at(place);
      if (!entry.present() || entry.expiresAt() == 0 || entry.expiresAt() > operation.clockTo()) {
        continue;
      }
      List<State> more = new ArrayList<>();
      for (State state : met) {
        more.add(state.with(place, Entry.ABSENT));
        if (entry.expiresAt() > operation.clockFrom()) {
          more.add(state);
        }
      }
      met = more;
    }
    return met;
  }

  private @Nullable State apply(State state, Operation operation) {
    return switch (operation.outcome()) {
      case Outcome.Unknown() -> changed(state, operation);
      case Outcome.Seen seen -> see(state, operation.action().touched().getFirst(), seen);
      case Outcome.FoundAll(List<Outcome.Seen> entries) ->
          seeAll(state, operation.action().touched(), entries);
      case Outcome.Applied(long version) ->
          write(state, oneWrite(operation), OptionalLong.of(version), operation);
      case Outcome.Deleted(boolean existed) ->
          state.at(place(oneWrite(operation).key())).present() == existed
              ? write(state, oneWrite(operation), OptionalLong.of(0), operation)
              : null;
      case Outcome.Counted(long value, long version) -> {
        State next = write(state, oneWrite(operation), OptionalLong.of(version), operation);
        yield next != null
                && next.at(place(oneWrite(operation).key())).value().equals(Long.toString(value))
            ? next
            : null;
      }
      case Outcome.NotApplied(long version) -> refuse(state, oneWrite(operation), version);
      case Outcome.NotAnInteger() -> meetsNoInteger(state, operation.action()) ? state : null;
      case Outcome.BatchApplied(List<Long> versions) -> {
        State next = state;
        List<Action.Write> writes = writes(operation);
        for (int i = 0; i < writes.size() && next != null; i++) {
          next = write(next, writes.get(i), OptionalLong.of(versions.get(i)), operation);
        }
        yield next;
      }
      case Outcome.BatchRefused(int index, long version) ->
          refuse(state, writes(operation).get(index), version);
      case Outcome.Failed() ->
          throw new IllegalArgumentException("says nothing of the keys: " + operation);
    };
  }

  // ---- Reads

  private @Nullable State see(State state, String key, Outcome.Seen seen) {
    int place = place(key);
    Entry entry = state.at(place);
    return switch (seen) {
      case Outcome.Absent() -> entry.present() ? null : state;
      case Outcome.Found(String value, long version) ->
          entry.present() && entry.value().equals(value) ? tell(state, place, version) : null;
    };
  }

  private @Nullable State seeAll(State state, List<String> keys, List<Outcome.Seen> entries) {
    State next = state;
    for (int i = 0; i < keys.size() && next != null; i++) {
      next = see(next, keys.get(i), entries.get(i));
    }
    return next;
  }

  /** Somebody is told that the key has this version. */
  private @Nullable State tell(State state, int place, long version) {
    Entry entry = state.at(place);
    if (!entry.present()) {
      return version == 0 ? state : null;
    }
    if (entry.versionKnown()) {
      return entry.version() == version ? state : null;
    }
    return version == 0 || owned.get(place).contains(version)
        ? null
        : state.with(place, entry.withVersion(version));
  }

  /** A condition did not hold, because the key had this version. */
  private @Nullable State refuse(State state, Action.Write write, long version) {
    return condition(write).holdsFor(version) ? null : tell(state, place(write.key()), version);
  }

  private boolean meetsNoInteger(State state, Action action) {
    List<? extends Action> writes =
        action instanceof Action.Batch(List<Action.Write> all) ? all : List.of(action);
    for (Action write : writes) {
      if (write instanceof Action.Incr(String key, _)) {
        Entry entry = state.at(place(key));
        if (entry.present() && number(entry.value()).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  // ---- Writes

  private @Nullable State changed(State before, Operation operation) {
    State next = before;
    for (Action.Write write : writes(operation)) {
      next = write(next, write, OptionalLong.empty(), operation);
      if (next == null) {
        return null;
      }
    }
    return next.equals(before) ? null : next;
  }

  /**
   * @param told the version that the writer was told; empty if it was told nothing
   */
  private @Nullable State write(
      State before, Action.Write write, OptionalLong told, Operation operation) {
    int place = place(write.key());
    State state = hold(before, place, condition(write));
    if (state == null) {
      return null;
    }
    return switch (write) {
      case Action.Delete _ -> state.with(place, Entry.ABSENT);
      case Action.Set(_, String value, _, long expiresAt) -> {
        boolean setToExpire = expiresAt != 0 && expiresAt <= operation.clockTo();
        if (told.isPresent() && told.getAsLong() == 0) {
          // The moment had passed when the server took the write.
          yield setToExpire ? state.with(place, Entry.ABSENT) : null;
        }
        yield state.with(place, entry(value, told, expiresAt));
      }
      case Action.Incr(_, long delta) -> {
        Entry entry = state.at(place);
        OptionalLong number = entry.present() ? number(entry.value()) : OptionalLong.of(0);
        if (number.isEmpty() || (told.isPresent() && told.getAsLong() == 0)) {
          yield null;
        }
        String sum = Long.toString(number.getAsLong() + delta);
        yield state.with(place, entry(sum, told, entry.expiresAt()));
      }
    };
  }

  /** The state if the condition holds in it. */
  private @Nullable State hold(State state, int place, Condition condition) {
    boolean present = state.at(place).present();
    return switch (condition) {
      case Condition.Always() -> state;
      case Condition.IfAbsent() -> present ? null : state;
      case Condition.IfPresent() -> present ? state : null;
      case Condition.IfVersion(long version) -> tell(state, place, version);
    };
  }

  private static Entry entry(String value, OptionalLong told, long expiresAt) {
    return told.isPresent()
        ? Entry.of(value, told.getAsLong(), expiresAt)
        : Entry.untold(value, expiresAt);
  }

  private static Condition condition(Action.Write write) {
    return switch (write) {
      case Action.Set set -> set.condition();
      case Action.Delete delete -> delete.condition();
      case Action.Incr _ -> Condition.ALWAYS;
    };
  }

  private static Action.Write oneWrite(Operation operation) {
    if (operation.action() instanceof Action.Write write) {
      return write;
    }
    throw new IllegalArgumentException("an outcome of one write: " + operation);
  }

  private static List<Action.Write> writes(Operation operation) {
    return switch (operation.action()) {
      case Action.Batch batch -> batch.writes();
      case Action.Write write -> List.of(write);
      case Action.Get _, Action.GetAll _ ->
          throw new IllegalArgumentException("an outcome of a write: " + operation);
    };
  }

  private static OptionalLong number(String value) {
    try {
      return OptionalLong.of(Long.parseLong(value));
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }
}
