package io.velocitydb.engine.torture;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.db.MemoryMoves;
import io.velocitydb.engine.faults.LoggedErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One run: an engine on a simulated machine, and the model that says what it must answer.
 * Everything that happens follows from the seed and the list of {@link Choice}s.
 */
final class World {
  final Machine machine;
  final EngineOptions options;
  final Keys keys;
  private final Act.Profile profile;
  private final Coverage coverage;
  private final Writes writes = new Writes(this);
  private final Reads reads = new Reads(this);
  private final MultiReads multiReads = new MultiReads(this);
  private final Checkpoints checkpoints;
  private final Ingests ingests;
  private final TreeMap<String, Tracked> databases = new TreeMap<>();

  /** Databases that may or may not exist, since their creation or drop has failed. */
  private final TreeMap<String, Tracked> uncertain = new TreeMap<>();

  /** Failures injected before the engine was opened. */
  private long failuresBefore;

  /** The highest version that an entry of a dropped database had: it must not come again. */
  private long droppedVersion;

  private final List<String> log = new ArrayList<>();
  private long maxTime = Machine.START;
  private @Nullable Engine opened;

  World(long seed, Act.Profile profile) {
    this(seed, profile, new Coverage());
  }

  World(long seed, Act.Profile profile, Coverage coverage) {
    this.coverage = coverage;
    this.checkpoints = new Checkpoints(this, coverage);
    this.ingests = new Ingests(this, coverage);
    coverage.run();
    Random random = new Random(seed);
    this.profile = profile;
    this.machine = new Machine(random.nextLong());
    this.keys = new Keys(random);
    this.options = Options.random(random);
    note("options " + options);
  }

  void note(String line) {
    log.add(line);
  }

  /** What was done, one line for each step. */
  List<String> log() {
    return log;
  }

  private Engine engine() {
    return Objects.requireNonNull(opened);
  }

  /** Opens, does all of it, and closes. */
  void run(List<Choice> choices) {
    LoggedErrors.take();
    if (!openDespiteFaults(options)) {
      throw new AssertionError("the power went off before anything was done");
    }
    for (Choice choice : choices) {
      Random random = new Random(choice.seed());
      attempt(choice.act(), pick(random), random);
      databases.values().forEach(each -> each.history.harvest());
      demandNoErrors();
      if (machine.disk.isOff()) {
        crash(random);
      }
    }
    note("the end");
    machine.disk.setCapacity(Long.MAX_VALUE);
    machine.failing.heal();
    reopen(new Random(0));
    close();
    if (profile == Act.Profile.CALM && machine.disk.untoldBytes()) {
      throw new AssertionError("bytes were put into a mapping, and nobody told of them");
    }
    checkpoints.checkAll();
    demandNoErrors();
    machine.demandNothingLeft();
  }

  /** The engine logs as an error what an operator must see, and what must never happen. */
  private void demandNoErrors() {
    for (String error : LoggedErrors.take()) {
      if (profile == Act.Profile.CALM || error.contains("unexpectedly")) {
        throw new AssertionError("logged as an error: " + error);
      }
    }
  }

  private @Nullable Tracked pick(Random random) {
    List<Tracked> all = new ArrayList<>(databases.values());
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private void attempt(Act act, @Nullable Tracked target, Random random) {
    try {
      if (target == null) {
        createDatabase("a");
        return;
      }
      act(act, target, random);
    } catch (EngineException e) {
      if (!tolerated(e)) {
        throw new AssertionError(act + " failed: " + e.kind() + " " + e, e);
      }
      note("  failed: " + e.kind() + ": " + e.getMessage());
    }
  }

  private void act(Act act, Tracked db, Random random) {
    switch (act) {
      case WRITE -> writes.write(db, random);
      case SUBMIT -> writes.submit(db, random);
      case SIMPLE_WRITE -> writes.simpleWrite(db, random);
      case GET -> reads.get(db, random);
      case READ -> reads.read(db, random);
      case MULTI_GET -> multiReads.read(db, random);
      case SCAN -> reads.scan(db, random);
      case COUNT -> reads.count(db, random);
      case OPEN_SNAPSHOT -> reads.openSnapshot(db);
      case READ_SNAPSHOT -> reads.readSnapshot(db, random);
      case CLOSE_SNAPSHOT -> reads.closeSnapshot(db, random);
      case OPEN_CURSOR -> reads.openCursor(db, random);
      case MOVE_CURSOR -> reads.moveCursor(db, random);
      case CLOSE_CURSOR -> reads.closeCursor(db, random);
      case CLOCK -> moveClock(random);
      case STEP -> machine.background.steps(1 + random.nextInt(8));
      case FLUSH -> flush(db);
      case COMPACT -> compact(db);
      case VERIFY -> verify(db);
      case STATS -> stats(db);
      case MOVE_MEMORY -> moveMemory(random);
      case CHECKPOINT -> checkpoints.make(engine(), db, databases.values(), random);
      case CHECK_CHECKPOINT -> checkpoints.check(random);
      case INGEST -> ingests.copy(pick(random), db);
      case CREATE_DATABASE -> createDatabase("" + (char) ('a' + random.nextInt(4)));
      case DROP_DATABASE -> dropDatabase(db, random);
      case REOPEN -> reopen(random);
      case ARM_POWER_OFF -> armPowerOff(random);
      case CRASH -> crash(random);
      case LIMIT_DISK -> limitDisk(random);
      case FREE_DISK -> freeDisk();
    }
  }

  /** Whether a fault that the run itself has injected explains the failure. */
  boolean tolerated(EngineException e) {
    return switch (e.kind()) {
      case STORAGE_ERROR, READ_ONLY ->
          machine.disk.isOff() || machine.failing.failures() > 0 || profile == Act.Profile.FULL;
      case DISK_FULL -> {
        coverage.foundFull();
        yield profile == Act.Profile.FULL || machine.failing.failures() > 0;
      }
      default -> false;
    };
  }

  // ---------------------------------------------------------------- time

  long time(Tracked db) {
    try (Snapshot snapshot = db.database().snapshot()) {
      return checkedTime(db, snapshot);
    }
  }

  long checkedTime(Tracked db, Snapshot snapshot) {
    long time = snapshot.timeMs();
    long wall = machine.clock.wallMillis();
    if (time < wall || time < db.lastTime) {
      throw new AssertionError(
          "engine time %d of %s lies before the wall clock %d or before itself %d"
              .formatted(time, db.name, wall, db.lastTime));
    }
    db.lastTime = time;
    maxTime = Math.max(maxTime, time);
    return time;
  }

  private void moveMemory(Random random) {
    boolean toBlocks = random.nextBoolean();
    int steps = 1 + random.nextInt(20);
    if (MemoryMoves.move(engine(), toBlocks, steps)) {
      note("memory: %d steps to %s".formatted(steps, toBlocks ? "blocks" : "memtables"));
    }
  }

  private void moveClock(Random random) {
    settle();
    switch (random.nextInt(8)) {
      case 0 -> machine.clock.setWall(machine.clock.wallMillis() - random.nextInt(100_000));
      // So long that databases rest, one step after the other.
      case 2, 3 -> machine.clock.advance(125_000);
      case 1 -> machine.clock.setWall(machine.clock.wallMillis() + random.nextInt(100_000));
      default -> machine.clock.advance(1 + random.nextInt(2_000));
    }
    note("clock " + machine.clock.wallMillis());
    databases.values().forEach(this::time);
  }

  /** Lets all background work end, and with it every batch. */
  void settle() {
    machine.background.runAll();
    for (Tracked db : databases.values()) {
      db.history.harvest();
      if (db.history.pending()) {
        throw new AssertionError("a batch of " + db.name + " never ends");
      }
    }
  }

  // ---------------------------------------------------------------- maintenance

  private void flush(Tracked db) {
    note("flush " + db.name);
    db.database().flush();
    db.history.harvest();
    db.history.madeDurable();
  }

  private void compact(Tracked db) {
    note("compact " + db.name);
    db.database().compact();
  }

  private void verify(Tracked db) {
    note("verify " + db.name);
    VerifyReport report = db.database().verify();
    if (!report.clean() && machine.failing.failures() == 0 && !machine.disk.isOff()) {
      throw new AssertionError("verify finds " + report.problems());
    }
  }

  private void stats(Tracked db) {
    note("stats " + db.name);
    DatabaseStats stats = db.database().stats();
    if (stats.corruptions() != 0) {
      throw new AssertionError(stats.corruptions() + " corruptions");
    }
    if (stats.writable() && db.history.poisoned()) {
      throw new AssertionError("writable after a write whose outcome is unknown");
    }
    if (!stats.writable() && profile == Act.Profile.CALM) {
      throw new AssertionError("not writable: " + stats.notWritableReason());
    }
  }

  private void createDatabase(String name) {
    if (databases.containsKey(name) || uncertain.containsKey(name)) {
      return;
    }
    note("create " + name);
    try {
      Tracked created = new Tracked(name, engine().createDatabase(name));
      created.history.sawSequence(droppedVersion);
      databases.put(name, created);
    } catch (EngineException e) {
      uncertain.put(name, new Tracked(name));
      throw e;
    }
  }

  private void dropDatabase(Tracked db, Random random) {
    if (random.nextInt(3) > 0) {
      return;
    }
    note("drop " + db.name);
    settle();
    db.closeReaders();
    databases.remove(db.name);
    try {
      engine().dropDatabase(db.name);
      droppedVersion = Math.max(droppedVersion, db.history.maxVersion());
    } catch (EngineException e) {
      uncertain.put(db.name, db);
      throw e;
    }
  }

  // ---------------------------------------------------------------- ends and beginnings

  /** Opens, if need be a second time without faults; false when the power went off. */
  private boolean openDespiteFaults(EngineOptions with) {
    try {
      opened = machine.open(with);
      failuresBefore = machine.failing.failures();
      return true;
    } catch (EngineException e) {
      if (!tolerated(e)) {
        throw new AssertionError("does not open: " + e, e);
      }
      note("  does not open: " + e.getMessage());
      machine.background.runAll();
      machine.demandNothingLeft();
      if (machine.disk.isOff()) {
        return false;
      }
      machine.failing.heal();
      machine.disk.setCapacity(Long.MAX_VALUE);
      opened = machine.open(with);
      failuresBefore = machine.failing.failures();
      return true;
    }
  }

  private void close() {
    databases.values().forEach(Tracked::closeReaders);
    try {
      engine().close();
    } catch (EngineException e) {
      if (!tolerated(e)) {
        throw new AssertionError("does not close: " + e, e);
      }
      note("  close: " + e.getMessage());
    }
    for (Tracked db : databases.values()) {
      db.history.harvest();
      if (db.history.pending()) {
        throw new AssertionError("a batch of " + db.name + " has not ended when close() has");
      }
    }
    machine.demandNothingLeft();
  }

  private void reopen(Random random) {
    note("close and open");
    Map<String, Long> sequences = sequences();
    close();
    if (machine.disk.isOff()) {
      comeBack(random, sequences);
      return;
    }
    boolean orderly = profile != Act.Profile.FULL && failuresBefore == machine.failing.failures();
    boolean powerLost = false;
    if (orderly) {
      databases.values().forEach(db -> db.history.madeDurable());
    }
    if (random.nextInt(3) == 0) {
      note("  with a power loss between");
      machine.disk.powerLoss();
      powerLost = true;
    }
    if (!openDespiteFaults(options.withWalRecovery(recovery(random, orderly)))) {
      comeBack(random, sequences);
      return;
    }
    resolveUncertain();
    for (Tracked db : databases.values()) {
      findDespiteFaults(db, powerLost);
    }
  }

  /** Reads it all, if need be a second time without faults. */
  private void findDespiteFaults(Tracked db, boolean powerLost) {
    try {
      find(db, powerLost);
    } catch (EngineException e) {
      if (!tolerated(e)) {
        throw e;
      }
      note("  not readable: " + e.getMessage());
      machine.failing.heal();
      find(db, powerLost);
    }
  }

  /**
   * After an orderly close all recoveries do the same. After a crash skipping may keep what lies
   * behind a hole, as it is told to, and so promises less than the history asks.
   */
  private static WalRecovery recovery(Random random, boolean orderly) {
    return orderly
        ? WalRecovery.values()[random.nextInt(WalRecovery.values().length)]
        : WalRecovery.TAIL;
  }

  private void armPowerOff(Random random) {
    int changes = 1 + random.nextInt(random.nextBoolean() ? 8 : 60);
    note("the power will go off after " + changes + " changes");
    machine.disk.powerOffAfter(changes);
  }

  private void limitDisk(Random random) {
    long left = random.nextInt(64 * 1024);
    note("disk limited to " + left + " more bytes");
    machine.disk.setCapacity(machine.disk.usedBytes() + left);
  }

  private void freeDisk() {
    note("disk has space again");
    machine.disk.setCapacity(Long.MAX_VALUE);
  }

  /** Ends the process or the machine, and starts again until recovery gets through. */
  private void crash(Random random) {
    Map<String, Long> sequences = sequences();
    abandon();
    comeBack(random, sequences);
  }

  private void comeBack(Random random, Map<String, Long> sequences) {
    boolean powerLost = random.nextInt(3) > 0;
    note(powerLost ? "power loss" : "kill -9");
    machine.comeBack(powerLost);
    int attempts = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
    for (int i = 0; i < attempts; i++) {
      int changes = 1 + random.nextInt(30);
      note("  crash during recovery, after " + changes + " changes");
      machine.disk.powerOffAfter(changes);
      try {
        opened = machine.open(options);
        machine.background.steps(random.nextInt(20));
        note("  (it got through)");
        abandon();
      } catch (EngineException e) {
        if (!machine.disk.isOff()) {
          throw new AssertionError("does not open: " + e, e);
        }
        machine.demandNoMemory();
      }
      boolean again = random.nextBoolean();
      powerLost |= again;
      machine.comeBack(again);
    }
    if (machine.clock.wallMillis() < maxTime) {
      machine.clock.setWall(maxTime);
    }
    if (!opensStrictly(random)) {
      opened = machine.open(options);
    }
    resolveUncertain();
    for (Tracked db : databases.values()) {
      db.history.sawSequence(sequences.getOrDefault(db.name, 0L));
      find(db, powerLost);
    }
  }

  /** The highest sequences given out, where they can still be asked for. */
  private Map<String, Long> sequences() {
    Map<String, Long> sequences = new TreeMap<>();
    coverage.ends(databases.size(), engine().stats());
    for (Tracked db : databases.values()) {
      try {
        DatabaseStats stats = db.database().stats();
        sequences.put(db.name, stats.lastSequence());
        coverage.ends(stats, files(db, ".wal") > 1, files(db, ".blob") > 0);
      } catch (EngineException e) {
        if (e.kind() != EngineException.Kind.CLOSED) {
          throw e;
        }
      }
    }
    return sequences;
  }

  /** Files of a kind that the database has. */
  private long files(Tracked db, String kind) {
    return machine.disk.files().stream()
        .map(Object::toString)
        .filter(file -> file.contains("-" + db.name + "/") && file.endsWith(kind))
        .count();
  }

  /** Sometimes tries a recovery that refuses any torn tail, and may do so after a crash. */
  private boolean opensStrictly(Random random) {
    if (random.nextInt(4) > 0) {
      return false;
    }
    try {
      opened = machine.open(options.withWalRecovery(WalRecovery.STRICT));
      note("  opened strictly");
      return true;
    } catch (EngineException e) {
      if (e.kind() != EngineException.Kind.CORRUPTION) {
        throw new AssertionError("strict recovery fails with " + e.kind() + ": " + e, e);
      }
      note("  refused strictly: " + e.getMessage());
      machine.demandNothingLeft();
      return false;
    }
  }

  /** What a create or drop that failed has led to is seen now; each is whole or not at all. */
  private void resolveUncertain() {
    for (Map.Entry<String, Tracked> entry : uncertain.entrySet()) {
      if (engine().databases().contains(entry.getKey())) {
        note("  " + entry.getKey() + " is there");
        databases.put(entry.getKey(), entry.getValue());
      }
    }
    uncertain.clear();
  }

  /** The process dies: all its files fail, and it must let go of its memory all the same. */
  private void abandon() {
    machine.disk.powerOff();
    databases.values().forEach(Tracked::closeReaders);
    try {
      engine().close();
    } catch (EngineException e) {
      note("  close: " + e.kind() + ": " + e.getMessage());
    }
    machine.demandNoMemory();
  }

  private void find(Tracked db, boolean powerLost) {
    db.opened(engine().database(db.name));
    db.lastTime = 0;
    long now = time(db);
    List<Entry> entries = Tracked.all(db.database().cursor(KeyRange.all(), false));
    db.history.recovered(entries, now, powerLost);
    List<String> names = new ArrayList<>(engine().databases());
    if (!names.equals(new ArrayList<>(databases.keySet()))) {
      throw new AssertionError("databases " + names + " where expected are " + databases.keySet());
    }
  }
}
