package io.velocitydb.bench.engine.store;

/**
 * One thread's use of a store. Not thread-safe. Keys are given by number, see {@link KeyBuffer};
 * values come from a {@link ValuePool}. A failure of the store is thrown and ends the measurement.
 */
public interface Session extends AutoCloseable {
  /** Reads an entry and copies its value into a buffer of the session; whether there is one. */
  boolean get(long key);

  /**
   * Reads the entries of several keys by one call, in one state of the store, and copies their
   * values into buffers of the session.
   *
   * @param keys at most as many as in the first call
   * @return how many there were
   */
  int multiGet(long[] keys);

  /** Looks for a key that lies between existing keys but was never written. */
  boolean getMissing(long key);

  /** Writes an entry and waits until it is as durable as the store was opened for. */
  void put(long key);

  /**
   * Reads up to {@code entries} keys and values, from the first at or after {@code key} on, in one
   * state of the store that is not older than this call.
   *
   * @return how many there were
   */
  int scan(long key, int entries);

  @Override
  void close();
}
