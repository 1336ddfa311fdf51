package io.velocitydb.engine.db;

import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open table, counted by the trees that contain it. When the last one lets go, the reader is
 * closed, and the file removed if the manifest does not name it any more.
 */
final class LiveTable {
  private final TableInfo info;
  private final TableReader reader;
  private final Runnable remove;
  private final AtomicInteger references = new AtomicInteger();
  private volatile boolean obsolete;

  /**
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

  TableReader reader() {
    return reader;
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
