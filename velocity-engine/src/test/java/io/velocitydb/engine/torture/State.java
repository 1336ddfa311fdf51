package io.velocitydb.engine.torture;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The contents of a database at one moment, and what a batch makes of it. Immutable. */
final class State {
  static final State EMPTY = new State(new TreeMap<>(Arrays::compareUnsigned));

  private final NavigableMap<byte[], Cell> cells;

  private State(NavigableMap<byte[], Cell> cells) {
    this.cells = cells;
  }

  @Nullable Cell get(byte[] key, long now) {
    Cell cell = cells.get(key);
    return cell != null && cell.live(now) ? cell : null;
  }

  /** Live entries of a range in key order. */
  List<Map.Entry<byte[], Cell>> live(KeyRange range, long now) {
    List<Map.Entry<byte[], Cell>> live = new ArrayList<>();
    for (Map.Entry<byte[], Cell> entry : cells.tailMap(range.start(), true).entrySet()) {
      if (!range.contains(entry.getKey())) {
        break;
      }
      if (entry.getValue().live(now)) {
        live.add(entry);
      }
    }
    return live;
  }

  /** Whether the engine's entries are exactly the live ones of the range; empty or a difference. */
  Optional<String> difference(List<Entry> actual, KeyRange range, long now) {
    List<Map.Entry<byte[], Cell>> expected = live(range, now);
    int common = Math.min(expected.size(), actual.size());
    for (int i = 0; i < common; i++) {
      Map.Entry<byte[], Cell> e = expected.get(i);
      Entry a = actual.get(i);
      if (!Arrays.equals(e.getKey(), a.key())) {
        return Optional.of(
            "key " + Keys.show(a.key()) + " where " + Keys.show(e.getKey()) + " is expected");
      }
      if (!e.getValue().matches(a)) {
        return Optional.of(
            Keys.show(a.key()) + " is " + show(a) + " where expected is " + e.getValue());
      }
    }
    if (actual.size() > common) {
      return Optional.of("unexpected " + Keys.show(actual.get(common).key()));
    }
    if (expected.size() > common) {
      return Optional.of(
          "missing "
              + Keys.show(expected.get(common).getKey())
              + " = "
              + expected.get(common).getValue());
    }
    return Optional.empty();
  }

  static String show(Entry entry) {
    Cell.Stamp stamp = new Cell.Stamp();
    stamp.learn(entry.version());
    return new Cell(entry.value(), entry.encoding(), stamp, entry.expiresAtMs()).toString();
  }

  /** What one operation must answer; a put that asks nothing of the old entry does not read it. */
  record Expected(
      boolean applied,
      boolean existed,
      boolean blind,
      Cell.@Nullable Stamp version,
      boolean newVersion,
      @Nullable Cell previous,
      boolean previousAsked,
      long number) {

    /** Compares with the answer, learns a new version from it; a difference or empty. */
    Optional<String> difference(OperationResult actual) {
      if (newVersion && version != null) {
        if (actual.version() <= 0) {
          return Optional.of("a write without a version: " + actual);
        }
        version.learn(actual.version());
      }
      boolean same =
          actual.applied() == applied
              && (blind || actual.existed() == existed)
              && actual.number() == number
              && (version == null
                  ? actual.version() == 0
                  : !version.known() || actual.version() == version.value());
      if (!same) {
        return Optional.of("answer " + actual + " where expected is " + this);
      }
      if (applied && previousAsked) {
        Cell before = previous;
        Optional<Entry> told = actual.previous();
        if (before == null ? told.isPresent() : told.isEmpty() || !before.matches(told.get())) {
          return Optional.of("previous " + told.map(State::show) + " where expected is " + before);
        }
      }
      return Optional.empty();
    }
  }

  /** What a batch does: a new state and answers, or a refusal that changes nothing. */
  record Effect(State after, List<Expected> answers, EngineException.@Nullable Kind refusal) {}

  Effect apply(List<Operation> operations, long now) {
    State work = new State(new TreeMap<>(cells));
    List<Expected> answers = new ArrayList<>();
    for (Operation operation : operations) {
      EngineException.Kind refusal = work.applyOne(operation, now, operations.size() > 1, answers);
      if (refusal != null) {
        return new Effect(this, List.of(), refusal);
      }
    }
    return new Effect(work, answers, null);
  }

  private EngineException.@Nullable Kind applyOne(
      Operation operation, long now, boolean several, List<Expected> answers) {
    return switch (operation) {
      case Operation.Put put -> {
        Cell before = get(put.key(), now);
        if (!holds(put.condition(), before)) {
          yield refuse(several, before, put.returnPrevious(), answers);
        }
        Cell.Stamp version =
            place(
                put.key(),
                put.value(),
                put.encoding(),
                until(put.expiry(), before, now),
                put.expiry(),
                now);
        boolean blind =
            put.condition().kind() == Condition.Kind.ALWAYS
                && put.expiry().kind() != Expiry.Kind.KEEP
                && !put.returnPrevious();
        answers.add(
            new Expected(
                true, before != null, blind, version, true, before, put.returnPrevious(), 0));
        yield null;
      }
      case Operation.Delete delete -> {
        Cell before = get(delete.key(), now);
        if (!holds(delete.condition(), before)) {
          yield refuse(several, before, delete.returnPrevious(), answers);
        }
        cells.remove(delete.key());
        answers.add(
            new Expected(
                before != null,
                before != null,
                false,
                null,
                false,
                before,
                delete.returnPrevious(),
                0));
        yield null;
      }
      case Operation.Increment increment -> applyIncrement(increment, now, answers);
      case Operation.Append append -> {
        Cell before = get(append.key(), now);
        int old = before == null ? 0 : before.value().length;
        if (old + append.bytes().length > Database.MAX_VALUE_BYTES) {
          yield EngineException.Kind.TOO_LARGE;
        }
        byte[] value = new byte[old + append.bytes().length];
        if (before != null) {
          System.arraycopy(before.value(), 0, value, 0, old);
        }
        System.arraycopy(append.bytes(), 0, value, old, append.bytes().length);
        Cell.Stamp version = new Cell.Stamp();
        cells.put(
            append.key(),
            new Cell(
                value,
                before == null ? append.encodingOnCreate() : before.encoding(),
                version,
                before == null ? 0 : before.expiresAtMs()));
        answers.add(
            new Expected(true, before != null, false, version, true, null, false, value.length));
        yield null;
      }
      case Operation.Expire expire -> {
        Cell before = get(expire.key(), now);
        if (!holds(expire.condition(), before)) {
          yield refuse(several, before, false, answers);
        }
        if (before == null) {
          answers.add(new Expected(false, false, false, null, false, null, false, 0));
          yield null;
        }
        Cell.Stamp version =
            place(
                expire.key(),
                before.value(),
                before.encoding(),
                until(expire.expiry(), before, now),
                expire.expiry(),
                now);
        answers.add(new Expected(true, true, false, version, true, null, false, 0));
        yield null;
      }
      case Operation.DeleteRange range -> {
        live(range.range(), Long.MIN_VALUE).forEach(entry -> cells.remove(entry.getKey()));
        byte[] end = range.range().end();
        boolean empty = end != null && Arrays.compareUnsigned(range.range().start(), end) >= 0;
        answers.add(new Expected(!empty, false, false, null, false, null, false, 0));
        yield null;
      }
    };
  }

  private EngineException.@Nullable Kind applyIncrement(
      Operation.Increment increment, long now, List<Expected> answers) {
    Cell before = get(increment.key(), now);
    long from = increment.initial();
    if (before != null) {
      try {
        from = Long.parseLong(new String(before.value(), StandardCharsets.US_ASCII));
      } catch (NumberFormatException e) {
        return EngineException.Kind.NOT_AN_INTEGER;
      }
    }
    long sum;
    try {
      sum = Math.addExact(from, increment.delta());
    } catch (ArithmeticException e) {
      return EngineException.Kind.OVERFLOW;
    }
    Expiry expiry =
        before == null
            ? increment.expiryOnCreate()
            : before.expiresAtMs() == 0 ? Expiry.NONE : Expiry.KEEP;
    byte[] value = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
    Cell.Stamp version =
        place(increment.key(), value, (byte) 1, until(expiry, before, now), expiry, now);
    answers.add(new Expected(true, before != null, false, version, true, null, false, sum));
    return null;
  }

  private static EngineException.@Nullable Kind refuse(
      boolean several, @Nullable Cell before, boolean previousAsked, List<Expected> answers) {
    if (several) {
      return EngineException.Kind.CONDITION_FAILED;
    }
    answers.add(
        new Expected(
            false,
            before != null,
            false,
            before == null ? null : before.version(),
            false,
            before,
            previousAsked,
            0));
    return null;
  }

  private static boolean holds(Condition condition, @Nullable Cell before) {
    return switch (condition.kind()) {
      case ALWAYS -> true;
      case IF_ABSENT -> before == null;
      case IF_PRESENT -> before != null;
      case IF_VERSION ->
          before == null
              ? condition.version() == 0
              : before.version().known() && condition.version() == before.version().value();
    };
  }

  private static long until(Expiry expiry, @Nullable Cell before, long now) {
    return switch (expiry.kind()) {
      case NONE -> 0;
      case KEEP -> before == null ? 0 : before.expiresAtMs();
      case IN -> now + expiry.millis();
      case AT -> expiry.millis();
    };
  }

  /** Puts, or deletes where the expiry has passed; the version afterwards, null for none. */
  private Cell.@Nullable Stamp place(
      byte[] key, byte[] value, byte encoding, long until, Expiry expiry, long now) {
    if (expiry.kind() == Expiry.Kind.AT && until <= now) {
      cells.remove(key);
      return null;
    }
    Cell.Stamp version = new Cell.Stamp();
    cells.put(key, new Cell(value, encoding, version, until));
    return version;
  }

  /** Takes versions that the model did not know yet from what the engine shows. */
  void learn(List<Entry> actual) {
    for (Entry entry : actual) {
      Cell cell = cells.get(entry.key());
      if (cell != null && !cell.version().known()) {
        cell.version().learn(entry.version());
      }
    }
  }
}
