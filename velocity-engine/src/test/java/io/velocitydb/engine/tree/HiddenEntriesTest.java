package io.velocitydb.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.compaction.CompactionPicker;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.sstable.TableOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is hidden is skipped, not walked through. */
class HiddenEntriesTest {
  private static final int KEYS = 20_000;

  private static String key(int i) {
    return "key%06d".formatted(i);
  }

  @Test
  void aDeletedRangeIsSkippedInBothDirections() {
    SimVfs vfs = new SimVfs(1);
    try (SmallTree tree = new SmallTree(vfs, TableOptions.defaults(), 64 * 1024)) {
      for (int i = 0; i < KEYS; i++) {
        tree.write(EntryKind.PUT, key(i), "a value that is not compressed away " + i * 7919L, 0);
      }
      tree.rotate();
      tree.flush();
      tree.write(EntryKind.RANGE_DELETE, key(10), key(KEYS - 10), 0);
      long before = tree.metrics.blockReads();
      try (Cursor cursor = tree.cursor(tree.newest(), KeyRange.all(), false)) {
        assertThat(cursor.seek(key(10).getBytes(java.nio.charset.StandardCharsets.UTF_8))).isTrue();
        assertThat(new String(cursor.key(), java.nio.charset.StandardCharsets.UTF_8))
            .isEqualTo(key(KEYS - 10));
      }
      try (Cursor cursor = tree.cursor(tree.newest(), KeyRange.all(), true)) {
        assertThat(cursor.seek(key(KEYS - 11).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .isTrue();
        assertThat(new String(cursor.key(), java.nio.charset.StandardCharsets.UTF_8))
            .isEqualTo(key(9));
      }
      // The blocks of both ends for each direction, and those that opening tables reads.
      assertThat(tree.metrics.blockReads() - before).isLessThan(40);
    }
  }

  @Test
  void filesUnderARangeDeleteAreDroppedAtOnceUnlessASnapshotSeesThem() {
    try (SmallTree tree = new SmallTree(new SimVfs(1), TableOptions.defaults(), 16 * 1024)) {
      for (int i = 0; i < KEYS; i++) {
        tree.write(EntryKind.PUT, key(i), "a value that is not compressed away " + i * 7919L, 0);
      }
      tree.rotate();
      tree.flush();
      int files = tree.runs.getFirst().tables().size();
      tree.snapshots.add(tree.newest());
      tree.write(EntryKind.RANGE_DELETE, key(10), key(KEYS - 10), 0);
      tree.rotate();
      tree.flush();
      assertThat(tree.dropCovered()).isZero();
      tree.snapshots.clear();
      assertThat(tree.dropCovered()).isEqualTo(files - 2).isGreaterThan(10);
      try (Cursor cursor = tree.cursor(tree.newest(), KeyRange.all(), false)) {
        int left = 0;
        while (cursor.next()) {
          left++;
        }
        assertThat(left).isEqualTo(20);
      }
    }
  }

  @Test
  void aFileWhoseLastKeyIsNotCoveredStays() {
    try (SmallTree tree = new SmallTree(new SimVfs(1), TableOptions.defaults(), 1 << 20)) {
      tree.write(EntryKind.PUT, "b", "", 0);
      tree.write(EntryKind.PUT, "d", "", 0);
      tree.rotate();
      tree.flush();
      String[][] leavingSomething = {{"b", "d"}, {"", "d"}, {"c", ""}, {"ba", "e"}, {"e", ""}};
      for (String[] range : leavingSomething) {
        tree.write(EntryKind.RANGE_DELETE, range[0], range[1], 0);
        tree.rotate();
        tree.flush();
        assertThat(tree.dropCovered()).as("from %s to %s", range[0], range[1]).isZero();
        tree.write(EntryKind.PUT, "b", "", 0);
        tree.write(EntryKind.PUT, "d", "", 0);
        tree.rotate();
        tree.flush();
        tree.compact(CompactionPicker.all(tree.runs).orElseThrow());
      }
      tree.write(EntryKind.RANGE_DELETE, "b", "d\0", 0);
      tree.rotate();
      tree.flush();
      assertThat(tree.dropCovered()).isEqualTo(1);
    }
  }

  @Test
  void aKeyWithThousandsOfNewVersionsDoesNotSlowAnOldSnapshot() {
    try (SmallTree tree = new SmallTree(new SimVfs(1), TableOptions.defaults(), 1 << 20)) {
      tree.write(EntryKind.PUT, "a", "first", 0);
      tree.write(EntryKind.PUT, "b", "first", 0);
      var old = tree.newest();
      for (int i = 0; i < 100_000; i++) {
        tree.write(EntryKind.PUT, "a", "newer", 0);
      }
      // Either way takes a few seeks; stepping over the versions would take a hundred million
      // moves.
      for (int i = 0; i < 1_000; i++) {
        try (Cursor forward = tree.cursor(old, KeyRange.all(), false);
            Cursor backward = tree.cursor(old, KeyRange.all(), true)) {
          assertThat(forward.next()).isTrue();
          assertThat(forward.next()).isTrue();
          assertThat(forward.key()).containsExactly('b');
          assertThat(backward.next()).isTrue();
          assertThat(backward.next()).isTrue();
          assertThat(backward.value())
              .isEqualTo("first".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          assertThat(backward.next()).isFalse();
        }
      }
    }
  }

  @Test
  void afterAFailedMoveACursorDoesNotPretendToBeAtItsEnd() throws IOException {
    SimVfs vfs = new SimVfs(1);
    FailingVfs failing = new FailingVfs(vfs);
    try (SmallTree tree = new SmallTree(failing, TableOptions.defaults(), 1 << 20)) {
      for (int i = 0; i < 1_000; i++) {
        tree.write(EntryKind.PUT, key(i), "a value that fills a few blocks", 0);
      }
      tree.rotate();
      tree.flush();
      try (Cursor cursor = tree.cursor(tree.newest(), KeyRange.all(), false)) {
        assertThat(cursor.next()).isTrue();
        failing.fail(
            1, java.util.Set.of(FailingVfs.Operation.READ), FailingVfs.Fault.IO_ERROR, true);
        assertThatThrownBy(
                () -> {
                  while (cursor.next()) {
                    assertThat(cursor.keyLength()).isPositive();
                  }
                })
            .isInstanceOf(EngineException.class);
        failing.heal();
        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
      }
    }
  }
}
