package io.velocitydb.client.command;

import io.velocitydb.client.value.Key;
import io.velocitydb.protocol.fbs.BatchKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes that are applied together or not at all, at most 10,000 and 64 MiB.
 *
 * <p>A later operation sees what the earlier ones did. Not thread safe; byte arrays are read when
 * the batch is executed. A batch may be executed again.
 */
public final class Batch {

  /** What one operation needs; which fields count depends on the kind. */
  record Operation(
      int kind,
      Key key,
      @Nullable Object value,
      Expiry expiry,
      Condition condition,
      long delta,
      long initial,
      @Nullable Key end,
      boolean prefix) {

    static Operation of(
        int kind, Key key, @Nullable Object value, Expiry expiry, Condition condition) {
      return new Operation(kind, key, value, expiry, condition, 1, 0, null, false);
    }
  }

  private final List<Operation> operations = new ArrayList<>();

  private Batch() {}

  /** An empty batch. */
  public static Batch create() {
    return new Batch();
  }

  /** Stores bytes, text, or an object as JSON. */
  public Batch set(String key, Object value) {
    return set(Key.of(key), value, SetOptions.with());
  }

  /** As {@link #set(Key, Object, SetOptions)} with a text key. */
  public Batch set(String key, Object value, SetOptions options) {
    return set(Key.of(key), value, options);
  }

  /**
   * Stores bytes, text, or an object as JSON.
   *
   * @param options expiry and condition; durability, deadline and the previous entry are not for
   *     one operation of a batch
   */
  public Batch set(Key key, Object value, SetOptions options) {
    return add(Operation.of(BatchKind.SET, key, value, options.expiry, options.condition));
  }

  /** Removes the key; one that is not there is no error. */
  public Batch delete(String key) {
    return delete(Key.of(key), Condition.ALWAYS);
  }

  /** Removes the key if the condition holds. */
  public Batch delete(Key key, Condition condition) {
    return add(Operation.of(BatchKind.DELETE, key, null, Expiry.NONE, condition));
  }

  /** Adds {@code delta} to a number; a missing key starts at 0. */
  public Batch incr(String key, long delta) {
    return incr(Key.of(key), delta, IncrOptions.with());
  }

  /** Adds {@code delta} to a number. */
  public Batch incr(Key key, long delta, IncrOptions options) {
    return add(
        new Operation(
            BatchKind.INCR,
            key,
            null,
            options.expiry,
            Condition.ALWAYS,
            delta,
            options.initial,
            null,
            false));
  }

  /** Sets or takes away the expiry. */
  public Batch expire(String key, Expiry expiry) {
    return expire(Key.of(key), expiry, Condition.ALWAYS);
  }

  /** Sets or takes away the expiry if the condition holds. */
  public Batch expire(Key key, Expiry expiry, Condition condition) {
    return add(Operation.of(BatchKind.EXPIRE, key, null, expiry, condition));
  }

  /** Appends bytes or text; a missing key is created. */
  public Batch append(String key, Object value) {
    return append(Key.of(key), value);
  }

  /** Appends bytes or text; a missing key is created. */
  public Batch append(Key key, Object value) {
    return add(Operation.of(BatchKind.APPEND, key, value, Expiry.NONE, Condition.ALWAYS));
  }

  /** Removes every key from {@code start}, included, to {@code end}, excluded. */
  public Batch deleteRange(Key start, Key end) {
    return add(
        new Operation(
            BatchKind.DELETE_RANGE, start, null, Expiry.NONE, Condition.ALWAYS, 1, 0, end, false));
  }

  /** Removes every key that starts with {@code prefix}. */
  public Batch deletePrefix(Key prefix) {
    return add(
        new Operation(
            BatchKind.DELETE_RANGE, prefix, null, Expiry.NONE, Condition.ALWAYS, 1, 0, null, true));
  }

  /** The number of operations. */
  public int size() {
    return operations.size();
  }

  List<Operation> operations() {
    return operations;
  }

  private Batch add(Operation operation) {
    operations.add(operation);
    return this;
  }
}
