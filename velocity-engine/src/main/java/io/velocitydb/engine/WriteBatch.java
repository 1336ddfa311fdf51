package io.velocitydb.engine;

/**
 * Writes that take effect together or not at all. Not thread-safe. After {@code submit} it belongs
 * to the engine until its completion ran; then it may be {@link #clear() cleared} and used again.
 *
 * <p>A batch of one operation whose condition does not hold completes with {@code applied ==
 * false}; in a batch of several the whole is refused with {@link ConditionFailedException}.
 * Operations see the effect of those before them.
 *
 * <p>Keys and values are copied when added. Heap arrays and native addresses are both taken. A
 * batch that grows beyond 64 KiB shares a quarter of the engine's memory limit, 8 MiB at least,
 * with others of that kind, until it is cleared or closed; adding to it fails with {@code
 * OVERLOADED} and leaves it as it was while those have too much. One that is alone may grow
 * whatever the limit.
 */
public interface WriteBatch extends AutoCloseable {
  /** Most operations in a batch. */
  int MAX_OPERATIONS = 10_000;

  /** Sets {@code key} without a condition, expiry or encoding. */
  default WriteBatch put(byte[] key, byte[] value) {
    return put(key, value, (byte) 0, Expiry.NONE, Condition.ALWAYS, false);
  }

  /** Sets {@code key}. */
  WriteBatch put(
      byte[] key,
      byte[] value,
      byte encoding,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious);

  /** Sets a key; key and value are read from native memory before this returns. */
  WriteBatch put(
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength,
      byte encoding,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious);

  /** Deletes {@code key} without a condition. */
  default WriteBatch delete(byte[] key) {
    return delete(key, Condition.ALWAYS, false);
  }

  /** Deletes {@code key}. */
  WriteBatch delete(byte[] key, Condition condition, boolean returnPrevious);

  /**
   * Adds {@code delta} to the decimal integer at {@code key}; a missing key starts at {@code
   * initial} and takes {@code expiryOnCreate}.
   */
  WriteBatch increment(byte[] key, long delta, long initial, Expiry expiryOnCreate);

  /**
   * Appends to the value at {@code key}; a missing key is created with {@code encodingOnCreate}.
   */
  WriteBatch append(byte[] key, byte[] bytes, byte encodingOnCreate);

  /** Changes when {@code key} ends. */
  WriteBatch expire(byte[] key, Expiry expiry, Condition condition);

  /** Deletes every key of the range. */
  WriteBatch deleteRange(KeyRange range);

  /** Number of operations. */
  int size();

  /** Bytes that the batch will take in the log, without its frame. */
  long bytes();

  /** Empties the batch for another use. */
  void clear();

  /** Gives the batch's memory back. */
  @Override
  void close();
}
