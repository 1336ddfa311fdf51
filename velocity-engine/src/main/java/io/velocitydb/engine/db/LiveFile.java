package io.velocitydb.engine.db;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An open file, counted by the trees that contain it. When the last one lets go, it is closed, and
 * removed if the manifest does not name it any more.
 */
abstract class LiveFile {
  private final Runnable remove;
  private final AtomicInteger references = new AtomicInteger();
  private volatile boolean obsolete;
  private volatile @Nullable LiveFile successor;

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

  /**
   * The manifest goes on naming the file, but as another one does: that one must not go before
   * nobody holds this one any more.
   */
  void replacedBy(LiveFile other) {
    other.retain();
    successor = other;
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
      LiveFile next = successor;
      if (next != null) {
        next.release();
      }
    }
  }
}
