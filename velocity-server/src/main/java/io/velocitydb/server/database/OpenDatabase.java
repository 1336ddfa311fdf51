package io.velocitydb.server.database;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.KeyRange;

/**
 * A database as connections hold it: who selected it before it was dropped finds that out here.
 * Thread-safe.
 */
public final class OpenDatabase {
  private static final int ENTRIES_PER_CHECK = 1_024;

  private final Database engine;
  private final Object monitor = new Object();
  private final Use use = this::endUse;
  private int uses;
  private volatile boolean dropped;

  public OpenDatabase(Database engine) {
    this.engine = engine;
  }

  /** What it is called. */
  public String name() {
    return engine.name();
  }

  /** Where its entries are. */
  public Database engine() {
    return engine;
  }

  /** Whether it is gone; it never comes back, a new one of the same name is another. */
  public boolean isDropped() {
    return dropped;
  }

  /**
   * Keeps the database from being dropped while snapshots or cursors of it are in use; to be closed
   * after them, and soon.
   *
   * @throws EngineException CLOSED if it is dropped already
   */
  public Use use() {
    synchronized (monitor) {
      if (dropped) {
        throw closed();
      }
      uses++;
    }
    return use;
  }

  /**
   * To be called now and then by what uses it for long.
   *
   * @throws EngineException CLOSED once somebody wants to drop it
   */
  public void checkNotDropped() {
    if (dropped) {
      throw closed();
    }
  }

  /**
   * Counts the entries of a range. Not by the engine's own count: this one can be given up when
   * nobody waits any more.
   *
   * @param check called now and then; ends the count by what it throws
   * @throws EngineException CLOSED if it is dropped
   */
  public long count(KeyRange range, Runnable check) {
    long count = 0;
    try (var _ = use();
        Cursor cursor = engine.cursor(range, false)) {
      while (cursor.next()) {
        if (count % ENTRIES_PER_CHECK == 0) {
          check.run();
          checkNotDropped();
        }
        count++;
      }
    }
    return count;
  }

  /** Nobody can select or use it any more; waits for those who do. */
  void drop() {
    boolean interrupted = false;
    synchronized (monitor) {
      dropped = true;
      while (uses > 0) {
        try {
          monitor.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void endUse() {
    synchronized (monitor) {
      uses--;
      monitor.notifyAll();
    }
  }

  private EngineException closed() {
    return new EngineException(
        EngineException.Kind.CLOSED, "the database " + name() + " was dropped");
  }

  /** Ends one use. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }
}
