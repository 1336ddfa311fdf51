package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Condition;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.List;

/** A history written by hand. Times are both nanoseconds and milliseconds of the server's clock. */
final class Story {
  private final List<Operation> operations = new ArrayList<>();

  /** An operation of a client from one time to another. */
  Story then(int client, long from, long to, Action action, Outcome outcome) {
    return then(client, from, to, from, to, action, outcome);
  }

  /** The same, with other times of the server's clock. */
  Story then(
      int client,
      long from,
      long to,
      long clockFrom,
      long clockTo,
      Action action,
      Outcome outcome) {
    operations.add(
        new Operation(
            operations.size() + 1, client, action, outcome, from, to, clockFrom, clockTo));
    return this;
  }

  /** An operation whose answer never came. */
  Story unanswered(int client, long from, Action action) {
    return then(client, from, Operation.NEVER, action, new Outcome.Unknown());
  }

  List<Operation> operations() {
    return operations;
  }

  Verdict verdict() {
    return new Checker(Checker.DEFAULT_WORK).check(operations);
  }

  // ---- Words

  static Action get(String key) {
    return new Action.Get(key);
  }

  static Action getAll(String... keys) {
    return new Action.GetAll(List.of(keys));
  }

  static Action.Write set(String key, String value) {
    return new Action.Set(key, value, Condition.ALWAYS, 0);
  }

  static Action.Write set(String key, String value, Condition condition) {
    return new Action.Set(key, value, condition, 0);
  }

  static Action.Write setUntil(String key, String value, long expiresAt) {
    return new Action.Set(key, value, Condition.ALWAYS, expiresAt);
  }

  static Action.Write delete(String key) {
    return new Action.Delete(key, Condition.ALWAYS);
  }

  static Action.Write incr(String key, long delta) {
    return new Action.Incr(key, delta);
  }

  static Action batch(Action.Write... writes) {
    return new Action.Batch(List.of(writes));
  }

  static Condition ifVersion(long version) {
    return new Condition.IfVersion(version);
  }

  static Condition ifAbsent() {
    return new Condition.IfAbsent();
  }

  static Condition ifPresent() {
    return new Condition.IfPresent();
  }

  static Outcome.Seen found(String value, long version) {
    return new Outcome.Found(value, version);
  }

  static Outcome.Seen absent() {
    return new Outcome.Absent();
  }

  static Outcome applied(long version) {
    return new Outcome.Applied(version);
  }

  static Outcome notApplied(long version) {
    return new Outcome.NotApplied(version);
  }

  static Outcome deleted(boolean existed) {
    return new Outcome.Deleted(existed);
  }

  static Outcome counted(long value, long version) {
    return new Outcome.Counted(value, version);
  }

  static Outcome batchApplied(Long... versions) {
    return new Outcome.BatchApplied(List.of(versions));
  }

  static Outcome failed() {
    return new Outcome.Failed();
  }
}
