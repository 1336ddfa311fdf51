package io.velocitydb.engine.manifest;

import java.util.Set;
import java.util.TreeSet;

/**
 * Gives out file numbers, and knows below which number every file is either named by the manifest,
 * was named once, or was given up. A file at or above it that holds data nobody knows is a sign of
 * lost edits. Thread-safe.
 */
final class FileNumbers {
  private final TreeSet<Long> unsettled = new TreeSet<>();
  private long next;
  private long announced;

  FileNumbers(long next) {
    this.next = next;
  }

  synchronized long take() {
    unsettled.add(next);
    return next++;
  }

  /** A number that counts as known from now on, named or not. */
  synchronized long takeAnnounced() {
    announced = Math.max(announced, next + 1);
    return next++;
  }

  synchronized void skip(long used) {
    next = Math.max(next, used + 1);
  }

  /** The number to write with an edit. */
  synchronized long firstUnknown(VersionEdit edit) {
    TreeSet<Long> others = new TreeSet<>(unsettled);
    removeNamed(edit, others);
    long known = others.isEmpty() ? next : others.first();
    return Math.max(announced, known);
  }

  /** The files that an edit names are known. */
  synchronized void settle(VersionEdit edit) {
    removeNamed(edit, unsettled);
  }

  /** A file was given up. */
  synchronized void settle(long number) {
    unsettled.remove(number);
  }

  private static void removeNamed(VersionEdit edit, Set<Long> numbers) {
    edit.addedTables().forEach(added -> numbers.remove(added.table().fileNumber()));
    edit.addedWals().forEach(wal -> numbers.remove(wal.number()));
    edit.addedBlobs().forEach(blob -> numbers.remove(blob.number()));
  }
}
