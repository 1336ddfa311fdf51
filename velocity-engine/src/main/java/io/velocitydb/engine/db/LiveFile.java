package io.velocitydb.engine.db;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file, counted by the trees that contain it. When the last one lets go, it is closed, and
 * removed if the manifest does not name it any more.
 */
abstract class LiveFile {
  private final Runnable remove;
  private final AtomicInteger references = new AtomicInteger();
  private volatile boolean obsolete;

  /**
   * @param remove removes the file; called at most once, on any thread
   */
  LiveFile(Runnable remove) {
    this.remove = remove;
  }

  /** Closes the file; nobody holds it any more. */
  abstract void closeFile();

  void retain() {
    references.incrementAndGet();
  }

  /** The manifest does not name the file any more. */
  void obsolete() {
    obsolete = true;
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      closeFile();
      if (obsolete) {
        remove.run();
      }
    }
  }
}
