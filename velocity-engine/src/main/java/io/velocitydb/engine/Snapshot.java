package io.velocitydb.engine;

/**
 * One consistent state of a database: a sequence number and the time at which expiry is judged.
 * Cheap to hold, but overwritten entries that it sees cannot be reclaimed until it is closed.
 * Thread-safe.
 */
public interface Snapshot extends AutoCloseable {
  /** The last sequence number that is seen. */
  long sequence();

  /** The time at which expiry is judged, in milliseconds since the Unix epoch. */
  long timeMs();

  @Override
  void close();
}
