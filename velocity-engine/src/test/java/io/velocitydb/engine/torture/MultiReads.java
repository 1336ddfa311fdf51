package io.velocitydb.engine.torture;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random reads of several keys at a time, each of which must come from one and the same state. */
final class MultiReads {
  private final World world;

  MultiReads(World world) {
    this.world = world;
  }

  /** Of the present, or of a snapshot; by either form of the call. */
  void read(Tracked db, Random random) {
    List<byte[]> keys = new ArrayList<>();
    // Now and then more than are looked at together.
    int count = random.nextInt(8) == 0 ? random.nextInt(150) : random.nextInt(12);
    for (int i = 0; i < count; i++) {
      keys.add(world.keys.near(random));
    }
    Tracked.OpenSnapshot open =
        db.snapshots.isEmpty() || random.nextInt(3) > 0
            ? null
            : db.snapshots.get(random.nextInt(db.snapshots.size()));
    boolean entries = random.nextBoolean();
    boolean mayBlock = random.nextInt(4) > 0;
    world.note(
        (entries ? "multiGet " : mayBlock ? "multiRead " : "multiRead without I/O ")
            + db.name
            + " "
            + keys.stream().map(Keys::show).toList()
            + (open == null ? "" : " of a snapshot at " + open.snapshot().sequence()));
    long now = open == null ? world.time(db) : open.time();
    Optional<List<Optional<Entry>>> found =
        entries ? Optional.of(get(db, keys, open)) : read(db, keys, mayBlock, open);
    if (found.isEmpty()) {
      return;
    }
    if (open == null) {
      db.history.saw(state -> differs(state, keys, now, found.get()));
    } else {
      differs(open.state(), keys, now, found.get())
          .ifPresent(
              wrong -> {
                throw new AssertionError("a snapshot has changed: " + wrong);
              });
    }
  }

  private static Optional<String> differs(
      State state, List<byte[]> keys, long now, List<Optional<Entry>> found) {
    if (keys.size() != found.size()) {
      throw new AssertionError(found.size() + " answers for " + keys.size() + " keys");
    }
    for (int i = 0; i < keys.size(); i++) {
      Optional<String> wrong = Reads.differs(state, keys.get(i), now, found.get(i).orElse(null));
      if (wrong.isPresent()) {
        return Optional.of("key " + i + ": " + wrong.get());
      }
    }
    return Optional.empty();
  }

  private static List<Optional<Entry>> get(
      Tracked db, List<byte[]> keys, Tracked.@Nullable OpenSnapshot open) {
    return open == null
        ? db.database().multiGet(keys)
        : db.database().multiGet(keys, open.snapshot());
  }

  /** Empty if files would have to be read; throws what any key failed with, after all answers. */
  private Optional<List<Optional<Entry>>> read(
      Tracked db, List<byte[]> keys, boolean mayBlock, Tracked.@Nullable OpenSnapshot open) {
    try (NativeKeys asked = new NativeKeys(world.machine.memory, keys)) {
      Answers answers = new Answers(keys);
      boolean all =
          open == null
              ? db.database()
                  .multiRead(asked.addresses(), asked.lengths(), asked.count(), mayBlock, answers)
              : db.database()
                  .multiRead(
                      asked.addresses(),
                      asked.lengths(),
                      asked.count(),
                      mayBlock,
                      open.snapshot(),
                      answers);
      if (!all && mayBlock) {
        throw new AssertionError("a read that may block did not want to");
      }
      if (all && answers.failure != null) {
        throw answers.failure;
      }
      return all ? Optional.of(answers.found) : Optional.empty();
    }
  }

  private static final class Answers implements MultiReadSink {
    private final List<byte[]> keys;
    private final List<Optional<Entry>> found = new ArrayList<>();
    private @Nullable EngineException failure;

    Answers(List<byte[]> keys) {
      this.keys = keys;
    }

    private void add(int index, Optional<Entry> entry) {
      if (index != found.size()) {
        throw new AssertionError("answer " + index + " after " + found.size() + " others");
      }
      found.add(entry);
    }

    @Override
    public void found(
        int index,
        long valueAddress,
        int valueLength,
        byte encoding,
        long version,
        long expiresAtMs) {
      byte[] value = Memory.bytes(valueAddress, valueLength);
      add(index, Optional.of(new Entry(keys.get(index), value, encoding, version, expiresAtMs)));
    }

    @Override
    public void missing(int index) {
      add(index, Optional.empty());
    }

    @Override
    public void failed(int index, EngineException why) {
      add(index, Optional.empty());
      failure = why;
    }
  }
}
