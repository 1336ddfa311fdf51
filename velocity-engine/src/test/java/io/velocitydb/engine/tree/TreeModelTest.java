package io.velocitydb.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.compaction.CompactionJob;
import io.velocitydb.engine.compaction.CompactionPicker;
import io.velocitydb.engine.compaction.LiveSnapshot;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.sstable.BlockCompression;
import io.velocitydb.engine.sstable.TableOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random writes, range deletes, expiries, snapshots, flushes and merges against a TreeMap. A
 * failure names its seed, which replays it.
 */
class TreeModelTest {
  private static final int SEEDS = 40;

  static LongStream seeds() {
    String wanted = System.getProperty("velocity.seed", "");
    return wanted.isEmpty() ? LongStream.range(0, SEEDS) : LongStream.of(Long.parseLong(wanted));
  }

  private static final class Run {
    private final Random random;
    private final SmallTree tree;
    private final List<ModelEntry> history = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();

    Run(Random random, SmallTree tree) {
      this.random = random;
      this.tree = tree;
      int count = 4 + random.nextInt(60);
      for (int i = 0; i < count; i++) {
        keys.add(text(1 + random.nextInt(6)));
      }
    }

    String text(int length) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.append(random.nextInt(8) == 0 ? (char) random.nextInt(256) : "abc".charAt(i % 3));
      }
      return text.toString();
    }

    String key() {
      return keys.get(random.nextInt(keys.size()));
    }

    void write(byte kind, String k, String v, long expiresAtMs) {
      tree.write(kind, k, v, expiresAtMs);
      history.add(new ModelEntry(k, tree.sequence, kind, (byte) 0, expiresAtMs, v));
    }

    void step() {
      switch (random.nextInt(40)) {
        case 0, 1 -> {
          String start = random.nextInt(10) == 0 ? "" : key();
          String end = random.nextInt(10) == 0 ? "" : key();
          if (end.isEmpty() || start.compareTo(end) < 0) {
            write(EntryKind.RANGE_DELETE, start, end, 0);
          }
        }
        case 2, 3, 4, 5 -> write(EntryKind.DELETE, key(), "", 0);
        case 6 -> tree.rotate();
        case 7 -> {
          if (random.nextBoolean()) {
            tree.rotate();
          }
          tree.flush();
        }
        case 8 -> compact();
        case 9 -> tree.nowMs += random.nextInt(200);
        case 10 -> {
          if (tree.snapshots.size() < 5) {
            tree.snapshots.add(tree.newest());
          }
        }
        case 11 -> {
          if (!tree.snapshots.isEmpty()) {
            tree.snapshots.remove(random.nextInt(tree.snapshots.size()));
          }
        }
        case 12 -> tree.dropExpired();
        case 13 -> tree.dropCovered();
        default -> {
          long expires = random.nextInt(3) == 0 ? tree.nowMs + random.nextInt(400) : 0;
          write(EntryKind.PUT, key(), text(random.nextInt(20)), expires);
        }
      }
    }

    void compact() {
      if (tree.runs.isEmpty()) {
        return;
      }
      switch (random.nextInt(3)) {
        case 0 ->
            CompactionPicker.pick(tree.runs, 2 + random.nextInt(3), 300).ifPresent(tree::compact);
        case 1 -> {
          int first = random.nextInt(tree.runs.size());
          int count = 1 + random.nextInt(tree.runs.size() - first);
          tree.compact(new CompactionJob(first, count, first + count == tree.runs.size()));
        }
        default -> CompactionPicker.all(tree.runs).ifPresent(tree::compact);
      }
    }

    NavigableMap<String, ModelEntry> state(LiveSnapshot at) {
      NavigableMap<String, ModelEntry> state = new TreeMap<>();
      for (ModelEntry entry : history) {
        if (entry.sequence() > at.sequence()) {
          break;
        }
        switch (entry.kind()) {
          case EntryKind.PUT -> state.put(entry.key(), entry);
          case EntryKind.DELETE -> state.remove(entry.key());
          default -> {
            NavigableMap<String, ModelEntry> tail = state.tailMap(entry.key(), true);
            if (entry.value().isEmpty()) {
              tail.clear();
            } else {
              tail.headMap(entry.value(), false).clear();
            }
          }
        }
      }
      state.values().removeIf(e -> e.expiresAtMs() != 0 && e.expiresAtMs() <= at.timeMs());
      return state;
    }

    void check() {
      List<LiveSnapshot> all = new ArrayList<>(tree.snapshots);
      all.add(tree.newest());
      for (LiveSnapshot at : all) {
        NavigableMap<String, ModelEntry> state = state(at);
        for (String k : keys) {
          assertThat(tree.get(k, at))
              .as("get %s at %s", k, at)
              .isEqualTo(Optional.ofNullable(state.get(k)));
        }
        List<ModelEntry> expected = List.copyOf(state.values());
        assertThat(walk(at, KeyRange.all(), false)).as("forward at %s", at).isEqualTo(expected);
        assertThat(walk(at, KeyRange.all(), true))
            .as("backward at %s", at)
            .isEqualTo(expected.reversed());
        checkRange(at, state);
      }
    }

    void checkRange(LiveSnapshot at, NavigableMap<String, ModelEntry> state) {
      String start = random.nextInt(4) == 0 ? "" : key();
      String end = random.nextInt(4) == 0 ? null : key();
      if (end != null && start.compareTo(end) > 0) {
        return;
      }
      KeyRange range =
          new KeyRange(ModelEntry.bytes(start), end == null ? null : ModelEntry.bytes(end));
      NavigableMap<String, ModelEntry> inside = state.tailMap(start, true);
      if (end != null) {
        inside = inside.headMap(end, false);
      }
      boolean reverse = random.nextBoolean();
      List<ModelEntry> expected = new ArrayList<>(inside.values());
      assertThat(walk(at, range, reverse))
          .as("range %s to %s at %s", start, end, at)
          .isEqualTo(reverse ? expected.reversed() : expected);
      try (Cursor cursor = tree.cursor(at, range, reverse)) {
        for (int i = 0; i < 12; i++) {
          String target = random.nextInt(3) == 0 ? text(random.nextInt(5)) : key();
          var wanted = reverse ? inside.floorEntry(target) : inside.ceilingEntry(target);
          for (int step = 0; step < 4; step++) {
            boolean found = step == 0 ? cursor.seek(ModelEntry.bytes(target)) : cursor.next();
            assertThat(found ? of(cursor) : null)
                .as(
                    "seek %s + %d in %s to %s at %s reverse %s",
                    target, step, start, end, at, reverse)
                .isEqualTo(wanted == null ? null : wanted.getValue());
            if (wanted == null) {
              break;
            }
            wanted =
                reverse ? inside.lowerEntry(wanted.getKey()) : inside.higherEntry(wanted.getKey());
          }
        }
      }
    }

    List<ModelEntry> walk(LiveSnapshot at, KeyRange range, boolean reverse) {
      List<ModelEntry> found = new ArrayList<>();
      try (Cursor cursor = tree.cursor(at, range, reverse)) {
        while (cursor.next()) {
          found.add(of(cursor));
        }
      }
      return found;
    }

    static ModelEntry of(Cursor cursor) {
      return new ModelEntry(
          ModelEntry.text(cursor.keyAddress(), cursor.keyLength()),
          cursor.version(),
          EntryKind.PUT,
          cursor.encoding(),
          cursor.expiresAtMs(),
          ModelEntry.text(cursor.valueAddress(), cursor.valueLength()));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everySnapshotSeesWhatTheModelSays(long seed) {
    Random random = new Random(seed);
    TableOptions options =
        new TableOptions(
            List.of(16, 100, 1000, 4096).get(random.nextInt(4)),
            1 + random.nextInt(5),
            random.nextBoolean(),
            List.of(1.0, 0.3, 0.01).get(random.nextInt(3)),
            BlockCompression.values()[random.nextInt(3)],
            List.of(0, 1, 100, 4096).get(random.nextInt(4)));
    long fileBytes = List.of(1L, 600L, 2_000L, 1L << 25).get(random.nextInt(4));
    SimVfs vfs = new SimVfs(seed);
    SmallTree tree = new SmallTree(vfs, options, fileBytes);
    try (tree) {
      Run run = new Run(random, tree);
      int checkEvery = 20 + random.nextInt(60);
      for (int i = 0; i < 500; i++) {
        run.step();
        if (i % checkEvery == 0) {
          run.check();
        }
      }
      run.check();
      tree.verify();
      // Without snapshots a full merge leaves exactly the live entries.
      tree.snapshots.clear();
      tree.rotate();
      tree.flush();
      CompactionPicker.all(tree.runs).ifPresent(tree::compact);
      run.check();
      assertThat(tree.tableEntries()).isEqualTo(run.state(tree.newest()).size());
      assertThat(tree.runs.stream().flatMap(r -> r.tables().stream()))
          .allMatch(table -> table.rangeTombstones() == 0 && table.deletes() == 0);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("replay with -Dvelocity.seed=" + seed, e);
    }
    assertThat(tree.memory.allocated()).as("seed %d", seed).isZero();
    assertThat(vfs.openFiles()).as("seed %d", seed).isEmpty();
  }
}
