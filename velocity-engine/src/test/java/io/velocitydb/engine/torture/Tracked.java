package io.velocitydb.engine.torture;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A database, its history, and the snapshots and cursors that are open on it. */
final class Tracked {
  final String name;
  private @Nullable Database database;
  final History history;
  final List<OpenSnapshot> snapshots = new ArrayList<>();
  final List<OpenCursor> cursors = new ArrayList<>();
  long lastTime;

  Tracked(String name, Database database) {
    this(name);
    this.database = database;
  }

  Tracked(String name) {
    this.name = name;
    this.history = new History(State.EMPTY);
  }

  Database database() {
    return Objects.requireNonNull(database);
  }

  void opened(Database again) {
    database = again;
  }

  record OpenSnapshot(Snapshot snapshot, State state, long time) {}

  /** A cursor and where the model stands. */
  static final class OpenCursor {
    private final Cursor cursor;
    private final boolean reverse;
    private final List<Map.Entry<byte[], Cell>> expected;
    private int position = -1;
    private boolean ended;

    OpenCursor(Cursor cursor, KeyRange range, boolean reverse, State state, long time) {
      this.cursor = cursor;
      this.reverse = reverse;
      this.expected = new ArrayList<>(state.live(range, time));
      if (reverse) {
        java.util.Collections.reverse(expected);
      }
    }

    void move(Random random, Keys keys) {
      int moves = 1 + random.nextInt(6);
      for (int i = 0; i < moves; i++) {
        boolean found;
        String what;
        if (ended || random.nextInt(3) == 0) {
          byte[] key = keys.near(random);
          what = "seek " + Keys.show(key);
          found = cursor.seek(key);
          position = 0;
          while (position < expected.size() && isBefore(expected.get(position).getKey(), key)) {
            position++;
          }
        } else {
          what = "next";
          found = cursor.next();
          position++;
        }
        boolean expects = position < expected.size();
        ended = !expects;
        if (found != expects) {
          throw new AssertionError(
              what
                  + (reverse ? " backwards" : "")
                  + (found
                      ? " finds " + Keys.show(cursor.key()) + " where nothing is left"
                      : " finds nothing where "
                          + Keys.show(expected.get(position).getKey())
                          + " is expected"));
        }
        if (found) {
          check(what, expected.get(position), cursor.entry());
        }
      }
    }

    private boolean isBefore(byte[] candidate, byte[] key) {
      int order = Arrays.compareUnsigned(candidate, key);
      return reverse ? order > 0 : order < 0;
    }

    private static void check(String what, Map.Entry<byte[], Cell> expected, Entry actual) {
      if (!Arrays.equals(expected.getKey(), actual.key()) || !expected.getValue().matches(actual)) {
        throw new AssertionError(
            what
                + " finds "
                + Keys.show(actual.key())
                + " = "
                + State.show(actual)
                + " where "
                + Keys.show(expected.getKey())
                + " = "
                + expected.getValue()
                + " is expected");
      }
    }

    void close() {
      cursor.close();
    }
  }

  void closeReaders() {
    cursors.forEach(OpenCursor::close);
    cursors.clear();
    snapshots.forEach(open -> open.snapshot().close());
    snapshots.clear();
  }

  static List<Entry> all(Cursor cursor) {
    try (cursor) {
      List<Entry> entries = new ArrayList<>();
      while (cursor.next()) {
        entries.add(cursor.entry());
      }
      return entries;
    }
  }

  /** What the engine's entries differ in, read backwards. */
  static Optional<String> differenceReversed(
      State state, List<Entry> backwards, KeyRange range, long now) {
    return state.difference(backwards.reversed(), range, now);
  }
}
