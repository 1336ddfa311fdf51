package io.velocitydb.engine.torture;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The checkpoints of a run: what each must still hold, whatever happens to the databases, the
 * process and the machine afterwards.
 */
final class Checkpoints {
  private static final Path DIRECTORY = Path.of("/checkpoints");
  private static final int MOST = 2;

  private final World world;
  private final Coverage coverage;

  /** By number; those whose making failed are there with {@code complete == false}. */
  private final TreeMap<Integer, Made> made = new TreeMap<>();

  /** Checked, and written to: to be removed. */
  private final TreeSet<Integer> used = new TreeSet<>();

  private int last;

  private record Made(Map<String, State> states, boolean complete) {}

  Checkpoints(World world, Coverage coverage) {
    this.world = world;
    this.coverage = coverage;
  }

  private static Path path(int number) {
    return DIRECTORY.resolve("c" + number);
  }

  /** Makes one of a database, or of all. */
  void make(Engine engine, Tracked db, Collection<Tracked> all, Random random) {
    if (made.size() >= MOST) {
      return;
    }
    int number = last + 1;
    for (Map.Entry<Integer, Made> each : made.entrySet()) {
      if (!each.getValue().complete && !exists(each.getKey())) {
        // An attempt that failed has left nothing that is in the way of the next.
        number = each.getKey();
      }
    }
    last = Math.max(last, number);
    boolean whole = random.nextInt(3) == 0;
    world.note("checkpoint " + number + " of " + (whole ? "all" : db.name));
    world.machine.disk.refuseLinks(random.nextInt(4) == 0);
    boolean complete = false;
    try {
      if (whole) {
        engine.checkpoint(path(number));
      } else {
        db.database().checkpoint(path(number));
      }
      complete = true;
    } finally {
      Map<String, State> states = new TreeMap<>();
      for (Tracked each : whole ? all : List.of(db)) {
        each.history.harvest();
        states.put(each.name, each.history.newest());
      }
      made.put(number, new Made(states, complete));
    }
    for (Tracked each : whole ? all : List.of(db)) {
      // What it holds was synced for it.
      each.history.madeDurable();
    }
  }

  private boolean exists(int number) {
    return world.machine.disk.files().stream().anyMatch(file -> file.startsWith(path(number)));
  }

  /** Opens one, compares, sometimes writes to it, and removes it. */
  void check(Random random) {
    removeUsed();
    if (!made.isEmpty()) {
      List<Integer> numbers = new ArrayList<>(made.keySet());
      check(numbers.get(random.nextInt(numbers.size())), random);
    }
  }

  /** Checks all that are left. */
  void checkAll() {
    for (int number : List.copyOf(made.keySet())) {
      check(number, new Random(number));
    }
  }

  private void check(int number, Random random) {
    Made expected = made.get(number);
    world.note("open checkpoint " + number);
    if (exists(number)) {
      open(number, expected, random);
    } else if (expected.complete && !world.machine.disk.isOff()) {
      throw new AssertionError("checkpoint " + number + " is gone");
    }
    made.remove(number);
    removeUsed();
  }

  private void removeUsed() {
    try {
      while (!used.isEmpty()) {
        remove(path(used.first()));
        used.removeFirst();
      }
    } catch (IOException e) {
      world.note("  cannot remove a checkpoint: " + e);
    }
  }

  private void open(int number, Made expected, Random random) {
    Machine machine = world.machine;
    try (Engine copy =
        Engine.open(
            path(number),
            world.options.withMemoryLimit(1 << 20),
            new EngineEnvironment(
                machine.failing,
                machine.clock,
                machine.memory,
                machine.background,
                EngineListener.NONE))) {
      if (!copy.databases().equals(List.copyOf(expected.states.keySet()))) {
        throw new AssertionError("checkpoint " + number + " has " + copy.databases());
      }
      for (Map.Entry<String, State> each : expected.states.entrySet()) {
        compare(number, copy.database(each.getKey()), each.getValue());
      }
      VerifyReport report = copy.verify();
      if (!report.clean() && machine.failing.failures() == 0 && !machine.disk.isOff()) {
        throw new AssertionError("verify of a checkpoint finds " + report.problems());
      }
      made.remove(number);
      used.add(number);
      if (random.nextBoolean()) {
        // What is written here must not be seen in the database that it comes from.
        Database database = copy.database(expected.states.keySet().iterator().next());
        for (int i = 0; i < 20; i++) {
          byte[] value = new byte[random.nextInt(1_000)];
          random.nextBytes(value);
          database.put(world.keys.any(random), value);
        }
        if (random.nextBoolean()) {
          database.compact();
        }
      }
    }
    coverage.checkpoint();
  }

  private static void compare(int number, Database database, State expected) {
    List<Entry> entries;
    long time;
    try (Snapshot snapshot = database.snapshot()) {
      time = snapshot.timeMs();
      entries = Tracked.all(database.cursor(KeyRange.all(), false, snapshot));
    }
    Optional<String> wrong = expected.difference(entries, KeyRange.all(), time);
    if (wrong.isPresent()) {
      throw new AssertionError(
          "checkpoint " + number + " of " + database.name() + " has changed: " + wrong.get());
    }
  }

  private void remove(Path directory) throws IOException {
    var vfs = world.machine.disk;
    for (Path file : vfs.files()) {
      if (file.startsWith(directory)) {
        vfs.delete(file);
      }
    }
    if (vfs.exists(directory)) {
      if (vfs.exists(directory.resolve("databases"))) {
        for (String database : vfs.list(directory.resolve("databases"))) {
          vfs.delete(directory.resolve("databases").resolve(database));
        }
        vfs.delete(directory.resolve("databases"));
      }
      vfs.delete(directory);
    }
  }
}
