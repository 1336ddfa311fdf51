package io.velocitydb.bench.engine.measure;

import io.velocitydb.bench.engine.store.Session;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.store.StoreSettings;
import io.velocitydb.bench.engine.store.StoreUnderTest;
import io.velocitydb.bench.engine.workload.KeyChoice;
import io.velocitydb.bench.engine.workload.KeyDistribution;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Task;
import io.velocitydb.bench.engine.workload.Workload;
import io.velocitydb.bench.process.Folders;
import io.velocitydb.bench.statistics.Latencies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Measures one workload on one store: brings the store into the state that it begins with, runs the
 * operations until they are compiled, and then those that count.
 */
public final class Measuring {
  private static final int KEY_BYTES = 16;

  /** One operation of so many is timed on its own; of slow ones each. */
  private static final int TIMED_EVERY = 16;

  /** Reading every fourth key touches all blocks: each holds several, of unrelated numbers. */
  private static final int TOUCH_STRIDE = 4;

  private final StoreKind kind;
  private final Workload workload;
  private final Scale scale;
  private final StoreSettings settings;
  private final Path work;
  private final Path prepared;
  private final long keys;
  private final long seed;

  /**
   * @param settings of the store; its directory is where the measured store comes to lie, and must
   *     not exist
   * @param prepared a closed store to begin with, where the task wants one; it is not changed
   * @param work for other stores; the caller deletes it
   */
  public Measuring(
      StoreKind kind,
      Workload workload,
      Scale scale,
      StoreSettings settings,
      Path prepared,
      Path work) {
    this.kind = kind;
    this.workload = workload;
    this.scale = scale;
    this.settings = settings;
    this.prepared = prepared;
    this.work = work;
    this.keys = scale.keys(workload);
    this.seed = settings.seed();
  }

  /**
   * Measures.
   *
   * @throws IllegalStateException if the store failed, or did not find what is in it
   */
  public Measurement run() {
    return switch (workload.task()) {
      case Task.Fill fill -> fill.sync() ? fillSynced() : fill();
      case Task.Overwrite _ -> overwrite();
      case Task.Operate operate -> operate(operate);
      case Task.Replay _ -> replay();
    };
  }

  private Measurement fill() {
    warmUpWrites();
    try (StoreUnderTest store = kind.open(settings)) {
      return counted(store, 0);
    }
  }

  private Measurement overwrite() {
    warmUpWrites();
    Folders.copy(prepared, settings.directory());
    try (StoreUnderTest store = kind.open(settings)) {
      return counted(store, keys);
    }
  }

  /** Puts into a store of its own, so that the measured one begins as it should. */
  private void warmUpWrites() {
    Path folder = work.resolve("warm-up");
    try (StoreUnderTest store = kind.open(settings.withDirectory(folder));
        Sessions sessions = new Sessions(store)) {
      new Team(puts(sessions), TIMED_EVERY).run(scale.warmUpWrites(), scale.writing());
      // Into the last memtable: flushing and merging are compiled too.
      store.compact();
    }
    Folders.delete(folder);
  }

  private Measurement counted(StoreUnderTest store, long present) {
    try (Sessions sessions = new Sessions(store)) {
      Team team = new Team(puts(sessions), TIMED_EVERY);
      ProcessFigures before = ProcessFigures.now();
      Team.Run run = team.run(scale.writes(), scale.writing());
      Settling settling = Settling.await(store, scale.settling());
      long drawn = scale.writes();
      // With replacement: so many of the keys were drawn at least once.
      long live =
          present > 0
              ? present
              : Math.round(drawn * -Math.expm1(-(double) run.operations() / drawn));
      return new Findings(run, before, store).settling(settling).live(live).measurement();
    }
  }

  private Measurement fillSynced() {
    try (StoreUnderTest store = kind.open(settings.withSync(true));
        Sessions sessions = new Sessions(store)) {
      Team team = new Team(puts(sessions), 1);
      team.run(Long.MAX_VALUE, scale.warmUp());
      ProcessFigures before = ProcessFigures.now();
      Team.Run run = team.run(Long.MAX_VALUE, scale.measure());
      return new Findings(run, before, store).measurement();
    }
  }

  private List<Operation> puts(Sessions sessions) {
    long from = workload.task().startsLoaded() ? keys : scale.writes();
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < workload.threads(); i++) {
      operations.add(Operation.put(sessions.get(i), KeyChoice.uniform(from, seed + i)));
    }
    return operations;
  }

  private Measurement operate(Task.Operate task) {
    if (task.writes() || workload.limited()) {
      Folders.copy(prepared, settings.directory());
    }
    StoreSettings used =
        task.writes() || workload.limited() ? settings : settings.withDirectory(prepared);
    Operation.Inserts inserts = Operation.Inserts.above(keys);
    try (StoreUnderTest store = kind.open(used);
        Sessions sessions = new Sessions(store)) {
      List<Operation> operations = new ArrayList<>();
      for (int i = 0; i < workload.threads(); i++) {
        operations.add(
            Operation.of(
                task.mix(), task.keys(), sessions.get(i), keys, inserts, seed + 1_000L * i));
      }
      // With too little memory an operation is slow, and few of them make the percentiles.
      Team team = new Team(operations, workload.limited() ? 1 : TIMED_EVERY);
      if (!workload.limited()) {
        touchAll(store);
      }
      if (task.writesPerSecond() > 0) {
        return beside(store, team, task.writesPerSecond());
      }
      team.run(Long.MAX_VALUE, scale.warmUp(workload));
      if (task.writes()) {
        // What was written to warm up is not owed by what is measured.
        Settling.await(store, scale.settling());
      }
      ProcessFigures before = ProcessFigures.now();
      Team.Run run = team.run(Long.MAX_VALUE, scale.measure(workload));
      check(task, run);
      Findings findings = new Findings(run, before, store).live(inserts.present().get());
      if (task.writes()) {
        findings.settling(Settling.await(store, scale.settling()));
      }
      return findings.measurement();
    }
  }

  private Measurement beside(StoreUnderTest store, Team team, int writesPerSecond) {
    try (PacedWriter writer = new PacedWriter(store, keys, writesPerSecond, seed + 7)) {
      team.run(Long.MAX_VALUE, scale.warmUp());
      ProcessFigures before = ProcessFigures.now();
      long written = writer.written();
      Team.Run run = team.run(Long.MAX_VALUE, scale.measure());
      return new Findings(run, before, store)
          .live(keys)
          .background(writer.written() - written)
          .measurement();
    }
  }

  /** Brings every block into what caches there are. */
  private void touchAll(StoreUnderTest store) {
    int threads = Runtime.getRuntime().availableProcessors();
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      long first = (long) i * TOUCH_STRIDE;
      tasks.add(
          () -> {
            long found = 0;
            try (Session session = store.session()) {
              for (long key = first; key < keys; key += (long) threads * TOUCH_STRIDE) {
                found += session.get(key) ? 1 : 0;
              }
            }
            return found;
          });
    }
    long found = Team.runAll(tasks).stream().mapToLong(Long::longValue).sum();
    long expected = (keys + TOUCH_STRIDE - 1) / TOUCH_STRIDE;
    if (found != expected) {
      throw new IllegalStateException(
          kind.label() + " found " + found + " of " + expected + " entries that are there");
    }
  }

  private void check(Task.Operate task, Team.Run run) {
    boolean missing = task.keys() == KeyDistribution.MISSING;
    // Of the newest entries some may be under way in another thread.
    boolean mayMiss = task.keys() == KeyDistribution.LATEST;
    if (missing ? run.entriesRead() > 0 : run.misses() > 0 && !mayMiss) {
      throw new IllegalStateException(
          kind.label()
              + (missing ? " found entries that are not there" : " missed entries that are there"));
    }
  }

  private Measurement replay() {
    Path warm = work.resolve("warm-up");
    Folders.copy(prepared, warm);
    Folders.copy(prepared, settings.directory());
    kind.open(settings.withDirectory(warm)).close();
    long entries = scale.replayEntries(workload);
    ProcessFigures before = ProcessFigures.now();
    long begin = System.nanoTime();
    try (StoreUnderTest store = kind.open(settings)) {
      long nanos = System.nanoTime() - begin;
      try (Session session = store.session()) {
        for (long key = 0; key < entries; key++) {
          if (!session.get(key)) {
            throw new IllegalStateException(kind.label() + " lost entry " + key + " of the log");
          }
        }
      }
      Team.Run run = new Team.Run(entries, nanos, Latencies.empty(), nanos, 0, 0, entries, 0);
      return new Findings(run, before, store)
          .live(entries)
          .rate(entries * (KEY_BYTES + workload.valueBytes()) / 1e6 / (nanos / 1e9))
          .measurement();
    }
  }

  /** A session for each thread. */
  private final class Sessions implements AutoCloseable {
    private final List<Session> all = new ArrayList<>();

    Sessions(StoreUnderTest store) {
      for (int i = 0; i < workload.threads(); i++) {
        all.add(store.session());
      }
    }

    Session get(int thread) {
      return all.get(thread);
    }

    @Override
    public void close() {
      all.forEach(Session::close);
    }
  }

  /** A measurement as it comes together. */
  private final class Findings {
    private final Team.Run run;
    private final ProcessFigures before;
    private final ProcessFigures after = ProcessFigures.now();
    private final StoreUnderTest store;
    private double rate;
    private double rateWhileWriting = Double.NaN;
    private double settlingSeconds = Double.NaN;
    private boolean settled = true;
    private long live;
    private double backgroundPerSecond = Double.NaN;

    Findings(Team.Run run, ProcessFigures before, StoreUnderTest store) {
      this.run = run;
      this.before = before;
      this.store = store;
      this.rate = run.perSecond();
    }

    Findings settling(Settling settling) {
      rateWhileWriting = run.perSecond();
      settlingSeconds = settling.nanos() / 1e9;
      settled = settling.complete();
      rate = run.operations() * 1e9 / (run.nanos() + settling.nanos());
      return this;
    }

    Findings live(long entries) {
      live = entries;
      return this;
    }

    Findings rate(double value) {
      rate = value;
      return this;
    }

    Findings background(long written) {
      backgroundPerSecond = written * 1e9 / run.nanos();
      return this;
    }

    Measurement measurement() {
      double entry = KEY_BYTES + workload.valueBytes();
      ProcessFigures settledFigures = ProcessFigures.now();
      return new Measurement(
          rate,
          rateWhileWriting,
          run.operations(),
          settlingSeconds,
          settled,
          Latencies.encode(run.latency()),
          run.longestStallNanos() / 1e6,
          // Without the wait for flushes and merges, nothing can be said of all that is written.
          Double.isNaN(settlingSeconds)
              ? Double.NaN
              : share(settledFigures.stored() - before.stored(), run.entriesWritten() * entry),
          share(after.readCalls() - before.readCalls(), run.entriesRead() * entry),
          share(Folders.bytes(store.directory()), live * entry),
          settledFigures.resident(),
          settledFigures.anonymous(),
          share(run.heapBytes(), (double) run.operations()),
          run.misses(),
          backgroundPerSecond,
          store.settings());
    }

    private static double share(long of, double by) {
      return by > 0 ? of / by : Double.NaN;
    }
  }

  /** How long the whole may take at most, with time to open, copy and close. */
  public static Duration limit(Scale scale) {
    return scale
        .longestWarmUp()
        .plus(scale.longestMeasure())
        .plus(scale.writing().multipliedBy(3))
        .plus(scale.settling().multipliedBy(3))
        .plusMinutes(1);
  }
}
