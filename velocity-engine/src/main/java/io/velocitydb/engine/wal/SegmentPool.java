package io.velocitydb.engine.wal;

import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Files of segments that are not needed any more and wait to become new ones. A file that has its
 * blocks already is written without any change of the file system's own data, so each sync of it
 * costs one write instead of two. Thread-safe.
 *
 * <p>Nothing that a file held is believed in its next life: that has another salt. A file with a
 * second name (in a checkpoint, in an archive) is never used again, and nor is one of an unusual
 * size. Whatever waits here when the process ends is removed at the next opening.
 */
final class SegmentPool {
  /** Files that wait at most. */
  static final int MOST = 2;

  private final Vfs vfs;
  private final long leastBytes;
  private final long mostBytes;
  private final Deque<Spare> spares = new ArrayDeque<>();

  private record Spare(Path path, long bytes) {}

  /**
   * @param segmentBytes size that segments are meant to have
   */
  SegmentPool(Vfs vfs, long segmentBytes) {
    this.vfs = vfs;
    this.leastBytes = segmentBytes / 2;
    this.mostBytes = 2 * segmentBytes + 2 * WalOutputs.LEAST_STEP_BYTES;
  }

  /** Takes the file of a dropped segment, which nobody has open, or removes it. */
  synchronized void add(Path path) throws IOException {
    if (spares.size() < MOST && !vfs.shared(path)) {
      long bytes = vfs.size(path);
      if (bytes >= leastBytes && bytes <= mostBytes) {
        spares.add(new Spare(path, bytes));
        return;
      }
    }
    vfs.delete(path);
  }

  /** Gives a file away, under its old name; null if there is none. */
  synchronized @Nullable Path take() throws IOException {
    for (Spare spare = spares.poll(); spare != null; spare = spares.poll()) {
      if (!vfs.shared(spare.path)) {
        return spare.path;
      }
      vfs.delete(spare.path);
    }
    return null;
  }

  /** Bytes of the files. */
  synchronized long bytes() {
    return spares.stream().mapToLong(Spare::bytes).sum();
  }

  /** Removes all files. */
  synchronized void clear() throws IOException {
    for (Spare spare = spares.poll(); spare != null; spare = spares.poll()) {
      vfs.delete(spare.path);
    }
  }
}
