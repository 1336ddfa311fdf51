package io.velocitydb.engine.db;

import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A table of the manifest, counted by the trees that contain it. When the last one lets go, its
 * reader is closed, and the file removed if the manifest does not name it any more.
 *
 * <p>The reader may be exchanged for a fresh one, which has nothing in memory: those who hold the
 * old one go on with it, and its memory goes with the last of them.
 */
final class LiveTable {
  private final TableInfo info;
  private final Runnable remove;
  private final AtomicInteger references = new AtomicInteger();
  private volatile TableReader reader;
  private volatile boolean obsolete;
  private int age;

  /**
   * @param reader whose first reference is taken over
   * @param remove removes the file; called at most once, on any thread
   */
  LiveTable(TableInfo info, TableReader reader, Runnable remove) {
    this.info = info;
    this.reader = reader;
    this.remove = remove;
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
    age = reader.takeUsed() ? 0 : age + 1;
    return age;
  }

  /** Puts a fresh reader in the present one's place; of one thread at a time. */
  void exchange(TableReader fresh) {
    TableReader before = reader;
    reader = fresh;
    before.release();
  }

  /** Closes a table that no tree ever had. */
  void discard() {
    reader.release();
  }

  void retain() {
    references.incrementAndGet();
  }

  /** The manifest does not name the file any more. */
  void obsolete() {
    obsolete = true;
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      reader.release();
      if (obsolete) {
        remove.run();
      }
    }
  }
}
