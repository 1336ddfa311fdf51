package io.velocitydb.server.command;

import io.velocitydb.engine.Snapshot;
import io.velocitydb.server.database.OpenDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The one state of a database that a stream gives, held from its first frame to its last. Between
 * frames nothing else is held: neither a cursor nor a block of a file.
 */
final class HeldSnapshot implements AutoCloseable {
  private final OpenDatabase database;
  private OpenDatabase.@Nullable Use use;
  private @Nullable Snapshot snapshot;
  private boolean closed;

  HeldSnapshot(OpenDatabase database) {
    this.database = database;
  }

  /**
   * The state, fixed by the first call.
   *
   * @throws io.velocitydb.engine.EngineException CLOSED if the database was dropped
   */
  Snapshot get() {
    database.checkNotDropped();
    if (closed) {
      throw new IllegalStateException("the stream has ended");
    }
    Snapshot present = snapshot;
    if (present == null) {
      use = database.use();
      present = database.engine().snapshot();
      snapshot = present;
    }
    return present;
  }

  OpenDatabase database() {
    return database;
  }

  /** Whether the database is to be dropped, which waits for this. */
  boolean isOver() {
    return database.isDropped();
  }

  @Override
  public void close() {
    closed = true;
    if (snapshot != null) {
      snapshot.close();
      snapshot = null;
    }
    if (use != null) {
      use.close();
      use = null;
    }
  }
}
