package io.velocitydb.bench.engine.store;

import java.nio.file.Path;
import java.util.Map;

/** An open store. Thread-safe; sessions are not. Close the sessions first. */
public interface StoreUnderTest extends AutoCloseable {
  /** What one thread works with; it keeps its buffers from call to call. */
  Session session();

  /** Writes what is in memory to files and waits for it. */
  void flush();

  /** Merges everything into one sorted run and waits for it. */
  void compact();

  /** Whether the store says of itself that a flush or a merge is due or under way. */
  boolean busy();

  /** Where it lies. */
  Path directory();

  /** What is set otherwise than by default, by the store's own names. */
  Map<String, String> settings();

  @Override
  void close();
}
