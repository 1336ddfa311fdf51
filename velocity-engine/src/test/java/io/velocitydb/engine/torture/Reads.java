package io.velocitydb.engine.torture;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random reads of every kind, each checked against what the history says may be seen. */
final class Reads {
  private final World world;

  Reads(World world) {
    this.world = world;
  }

  /** What is wrong with an entry, or with there being none, in a state. */
  static Optional<String> differs(State state, byte[] key, long now, @Nullable Entry actual) {
    Cell cell = state.get(key, now);
    boolean same = cell == null ? actual == null : actual != null && cell.matches(actual);
    return same
        ? Optional.empty()
        : Optional.of(
            Keys.show(key)
                + " is "
                + (actual == null ? "missing" : State.show(actual))
                + " where expected is "
                + (cell == null ? "nothing" : cell));
  }

  void get(Tracked db, Random random) {
    byte[] key = world.keys.near(random);
    world.note("get " + db.name + " " + Keys.show(key));
    long now = world.time(db);
    Optional<Entry> entry = db.database().get(key);
    db.history.saw(state -> differs(state, key, now, entry.orElse(null)));
  }

  void read(Tracked db, Random random) {
    byte[] key = world.keys.near(random);
    boolean mayBlock = random.nextBoolean();
    world.note("read " + db.name + " " + Keys.show(key) + (mayBlock ? "" : " without I/O"));
    long now = world.time(db);
    long address = world.machine.memory.allocate(key.length, MemoryTag.CURSOR);
    try {
      Memory.copy(key, 0, address, key.length);
      List<Entry> found = new ArrayList<>();
      ReadResult result =
          db.database()
              .read(
                  address,
                  key.length,
                  mayBlock,
                  (value, length, encoding, version, expiresAt) ->
                      found.add(
                          new Entry(
                              key, Memory.bytes(value, length), encoding, version, expiresAt)));
      if (result == ReadResult.NEEDS_IO) {
        if (mayBlock) {
          throw new AssertionError("NEEDS_IO of a read that may block");
        }
        return;
      }
      if ((result == ReadResult.FOUND) != (found.size() == 1)) {
        throw new AssertionError(result + " with " + found.size() + " calls of the sink");
      }
      db.history.saw(state -> differs(state, key, now, found.isEmpty() ? null : found.getFirst()));
    } finally {
      world.machine.memory.free(address, key.length, MemoryTag.CURSOR);
    }
  }

  void scan(Tracked db, Random random) {
    KeyRange range = world.keys.range(random);
    boolean reverse = random.nextBoolean();
    world.note("scan " + db.name + " " + Keys.show(range) + (reverse ? " backwards" : ""));
    long now = world.time(db);
    List<Entry> entries = Tracked.all(db.database().cursor(range, reverse));
    db.history.saw(
        state ->
            reverse
                ? Tracked.differenceReversed(state, entries, range, now)
                : state.difference(entries, range, now));
  }

  void count(Tracked db, Random random) {
    KeyRange range = world.keys.range(random);
    world.note("count " + db.name + " " + Keys.show(range));
    long now = world.time(db);
    long count = db.database().count(range);
    db.history.saw(
        state -> {
          int expected = state.live(range, now).size();
          return expected == count
              ? Optional.empty()
              : Optional.of("count " + count + " where " + expected + " is expected");
        });
    long estimate = db.database().estimateCount(range);
    if (estimate < 0) {
      throw new AssertionError("estimate " + estimate);
    }
  }

  private List<Entry> contents(Tracked db, Snapshot snapshot) {
    return Tracked.all(db.database().cursor(KeyRange.all(), false, snapshot));
  }

  void openSnapshot(Tracked db) {
    if (db.snapshots.size() >= 3) {
      return;
    }
    world.note("open a snapshot of " + db.name);
    Snapshot snapshot = db.database().snapshot();
    try {
      long now = world.checkedTime(db, snapshot);
      List<Entry> entries = contents(db, snapshot);
      State seen = db.history.saw(state -> state.difference(entries, KeyRange.all(), now));
      db.snapshots.add(new Tracked.OpenSnapshot(snapshot, seen, now));
    } catch (EngineException | AssertionError e) {
      snapshot.close();
      throw e;
    }
  }

  void readSnapshot(Tracked db, Random random) {
    if (db.snapshots.isEmpty()) {
      return;
    }
    Tracked.OpenSnapshot open = db.snapshots.get(random.nextInt(db.snapshots.size()));
    world.note("read a snapshot of " + db.name + " at " + open.snapshot().sequence());
    Optional<String> wrong;
    if (random.nextBoolean()) {
      byte[] key = world.keys.near(random);
      Optional<Entry> entry = db.database().get(key, open.snapshot());
      wrong = differs(open.state(), key, open.time(), entry.orElse(null));
    } else {
      KeyRange range = world.keys.range(random);
      boolean reverse = random.nextBoolean();
      List<Entry> entries = Tracked.all(db.database().cursor(range, reverse, open.snapshot()));
      wrong =
          reverse
              ? Tracked.differenceReversed(open.state(), entries, range, open.time())
              : open.state().difference(entries, range, open.time());
    }
    if (wrong.isPresent()) {
      throw new AssertionError("a snapshot has changed: " + wrong.get());
    }
  }

  void closeSnapshot(Tracked db, Random random) {
    if (!db.snapshots.isEmpty()) {
      world.note("close a snapshot of " + db.name);
      db.snapshots.remove(random.nextInt(db.snapshots.size())).snapshot().close();
    }
  }

  void openCursor(Tracked db, Random random) {
    if (db.cursors.size() >= 3) {
      return;
    }
    KeyRange range = world.keys.range(random);
    boolean reverse = random.nextBoolean();
    world.note(
        "open a cursor of " + db.name + " " + Keys.show(range) + (reverse ? " backwards" : ""));
    if (!db.snapshots.isEmpty() && random.nextInt(3) == 0) {
      // The snapshot may be closed before the cursor only against the rules: keep it the last.
      Tracked.OpenSnapshot open = db.snapshots.getFirst();
      Cursor cursor = db.database().cursor(range, reverse, open.snapshot());
      Tracked.OpenCursor tracked =
          new Tracked.OpenCursor(cursor, range, reverse, open.state(), open.time());
      try {
        tracked.move(random, world.keys);
      } finally {
        tracked.close();
      }
      return;
    }
    world.settle();
    long now = world.time(db);
    Cursor cursor = db.database().cursor(range, reverse);
    State newest = db.history.saw(state -> Optional.empty());
    db.cursors.add(
        new Tracked.OpenCursor(
            cursor, range, reverse, db.history.poisoned() ? newest : db.history.newest(), now));
  }

  void moveCursor(Tracked db, Random random) {
    if (!db.cursors.isEmpty()) {
      world.note("move a cursor of " + db.name);
      int which = random.nextInt(db.cursors.size());
      try {
        db.cursors.get(which).move(random, world.keys);
      } catch (EngineException e) {
        // After a move that failed a cursor can only be closed.
        db.cursors.remove(which).close();
        throw e;
      }
    }
  }

  void closeCursor(Tracked db, Random random) {
    if (!db.cursors.isEmpty()) {
      world.note("close a cursor of " + db.name);
      db.cursors.remove(random.nextInt(db.cursors.size())).close();
    }
  }
}
