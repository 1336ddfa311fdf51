package io.velocitydb.engine.db;

import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.sstable.TableUse;

/**
 * A table of the manifest. Its reader may be exchanged for a fresh one, which has nothing in
 * memory: those who hold the old one go on with it, and its memory goes with the last of them.
 */
final class LiveTable extends LiveFile {
  private final TableInfo info;
  private volatile TableReader reader;
  private int age;
  private boolean watched;
  private long usedAt;

  /**
   * @param reader whose first reference is taken over
   */
  LiveTable(TableInfo info, TableReader reader, Runnable remove) {
    super(remove);
    this.info = info;
    this.reader = reader;
  }

  TableInfo info() {
    return info;
  }

  /** The present reader, retained; the caller releases it, and knows that a tree has this table. */
  TableReader retainReader() {
    while (true) {
      TableReader present = reader;
      if (present.tryRetain()) {
        return present;
      }
    }
  }

  /** Bytes that the present reader has in memory. */
  long residentBytes() {
    return reader.residentBytes();
  }

  /** How often in a row this was asked without a read in between. Of one thread at a time. */
  int age() {
    age = reader.takeUsed(TableUse.ROOM) ? 0 : age + 1;
    return age;
  }

  /**
   * Nanoseconds since it was found to have been read. Of one thread at a time, which asks at
   * regular intervals: it may be so much longer.
   */
  long idleNanos(long now) {
    if (reader.takeUsed(TableUse.IDLE) || !watched) {
      watched = true;
      usedAt = now;
    }
    return now - usedAt;
  }

  /** Puts a fresh reader in the present one's place; of one thread at a time. */
  void exchange(TableReader fresh) {
    TableReader before = reader;
    reader = fresh;
    before.release();
  }

  @Override
  void closeFile() {
    reader.release();
  }
}
