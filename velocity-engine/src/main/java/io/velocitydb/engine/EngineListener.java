package io.velocitydb.engine;

import java.time.Duration;

/**
 * Told what an embedding program may want to show. Called on engine threads; must not block. The
 * same events are logged.
 */
public interface EngineListener {
  /** Does nothing. */
  EngineListener NONE = new EngineListener() {};

  /** The log of a database is being replayed. */
  default void replaying(String database, long bytesDone, long bytesTotal) {}

  /** The log of a database was replayed. */
  default void replayed(String database, long records, long bytes, Duration took) {}

  /** Bytes of a database's files do not match their checksum, or were dropped as told. */
  default void damaged(String database, String description) {}

  /**
   * The files of a database could not be opened, while the others could. Its operations answer with
   * this error until the directory is opened again; it can be verified and dropped.
   */
  default void unavailable(String database, EngineException reason) {}

  /** A database was dropped; nothing that was told of it holds any more. */
  default void dropped(String database) {}

  /** Writes of a database are missing in the archive of its log, which ends before them. */
  default void walArchiveGap(String database, String description) {}

  /** A database stopped taking writes. */
  default void readOnly(String database, String reason) {}

  /** A database takes writes again, or for the first time since it was opened. */
  default void writable(String database) {}

  /**
   * Memory was moved between memtables and the cache.
   *
   * @param split who may have how much now
   * @param reason why, for people
   */
  default void memoryMoved(MemorySplit split, String reason) {}
}
