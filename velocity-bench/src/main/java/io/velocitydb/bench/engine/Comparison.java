package io.velocitydb.bench.engine;

import io.velocitydb.bench.engine.measure.Measurement;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Task;
import io.velocitydb.bench.engine.workload.Workload;
import io.velocitydb.bench.process.ChildJvm.StepFailedException;
import io.velocitydb.bench.statistics.Turns;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs workloads on both stores in turns and prints a row for each. A workload that fails is shown
 * with what its process said, and the next one begins.
 */
final class Comparison {
  private final StoreKind rival;
  private final ChildProcesses children;
  private final Path work;
  private final Scale scale;
  private final Duration budget;
  private final Optional<Path> cgroup;
  private final PrintWriter progress;
  private final Report report;
  private final long begin = System.nanoTime();
  private final Set<Path> prepared = new HashSet<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /**
   * @param budget after which no workload is begun any more
   * @param cgroup in which limits of memory can be set
   */
  Comparison(
      StoreKind rival,
      ChildProcesses children,
      Path work,
      Scale scale,
      Duration budget,
      Optional<Path> cgroup,
      PrintWriter out,
      PrintWriter progress) {
    this.rival = rival;
    this.children = children;
    this.work = work;
    this.scale = scale;
    this.budget = budget;
    this.cgroup = cgroup;
    this.progress = progress;
    this.report = new Report(out);
  }

  /** Measures them all; whether none failed. */
  boolean run(List<Workload> workloads) {
    report.line(
        String.format(
            Locale.ROOT,
            "%,d keys of 16 bytes, %d rounds, %d cores, JVM %s%n",
            scale.keys(),
            scale.rounds(),
            Runtime.getRuntime().availableProcessors(),
            String.join(" ", ChildProcesses.jvmOptions(false))));
    report.header();
    boolean whole = true;
    for (int i = 0; i < workloads.size(); i++) {
      Workload workload = workloads.get(i);
      if (workload.limited() && cgroup.isEmpty()) {
        skipped.add(workload.id() + ": needs --cgroup DIR, a memory cgroup to make others in");
      } else if (System.nanoTime() - begin > budget.toNanos()) {
        skipped.add(workload.id() + ": no time was left of " + budget.toMinutes() + " minutes");
      } else {
        String position = String.format(Locale.ROOT, "[%d/%d] ", i + 1, workloads.size());
        whole &= tryMeasure(workload, position);
      }
    }
    summary();
    return whole;
  }

  /** What was measured, in order. */
  List<Row> rows() {
    return rows;
  }

  private boolean tryMeasure(Workload workload, String position) {
    try (MemoryLimit limit = new MemoryLimit(workload)) {
      Row row = measure(workload, position, limit.group);
      rows.add(row);
      report.row(row);
      return true;
    } catch (StepFailedException | IOException e) {
      report.line(workload.id() + " failed: " + e.getMessage());
      return false;
    }
  }

  /** The limit of a workload, for as long as it is measured. */
  private final class MemoryLimit implements AutoCloseable {
    private final Optional<MemoryGroup> group;

    MemoryLimit(Workload workload) throws IOException {
      group =
          workload.limited()
              ? Optional.of(MemoryGroup.create(cgroup.orElseThrow(), scale.limitedBytes()))
              : Optional.empty();
    }

    @Override
    public void close() throws IOException {
      if (group.isPresent()) {
        group.get().close();
      }
    }
  }

  private Row measure(Workload workload, String position, Optional<MemoryGroup> limit)
      throws StepFailedException, IOException {
    Map<StoreKind, List<Measurement>> found = new EnumMap<>(StoreKind.class);
    for (StoreKind store : List.of(StoreKind.VELOCITY, rival)) {
      found.put(store, new ArrayList<>());
      prepare(store, workload, position);
    }
    for (StoreKind store : Turns.of(StoreKind.VELOCITY, rival, scale.rounds())) {
      int round = found.get(store).size() + 1;
      progress.printf(
          Locale.ROOT,
          "%s%-20s round %d of %d  %-8s ",
          position,
          workload.id(),
          round,
          scale.rounds(),
          store.label());
      progress.flush();
      long started = System.nanoTime();
      Measurement measurement = children.measure(store, workload, folder(store, workload), limit);
      found.get(store).add(measurement);
      progress.printf(
          Locale.ROOT,
          "%,12.0f %s  (%.1f s)%n",
          measurement.rate(),
          workload.unit(),
          (System.nanoTime() - started) / 1e9);
      progress.flush();
    }
    return new Row(workload, found.get(StoreKind.VELOCITY), found.get(rival));
  }

  private void prepare(StoreKind store, Workload workload, String position)
      throws StepFailedException, IOException {
    boolean log = workload.task() instanceof Task.Replay;
    if (!log && !workload.task().startsLoaded()) {
      return;
    }
    Path folder = folder(store, workload);
    if (prepared.contains(folder)) {
      return;
    }
    progress.printf(Locale.ROOT, "%s%-20s loading %s%n", position, workload.id(), store.label());
    progress.flush();
    children.prepare(log ? StepCommand.Step.LOG : StepCommand.Step.LOAD, store, workload, folder);
    prepared.add(folder);
  }

  /** Where the store lies that a workload begins with; several share one. */
  private Path folder(StoreKind store, Workload workload) {
    String kind =
        workload.task() instanceof Task.Replay ? "log" : workload.limited() ? "large" : "loaded";
    return work.resolve(kind + "-" + workload.valueBytes() + "-" + store.label());
  }

  private void summary() {
    skipped.forEach(line -> report.line("not measured: " + line));
    report.line("");
    report.line(
        "Of a workload that writes, the rate includes the wait until flushes and merges have caught"
            + " up; 'while writing' does not. fillsync and readwhilewriting have no such wait.");
    report.line(
        "One operation in 16 is timed on its own (each, with fillsync and memlimited); the longest stall is the"
            + " longest time between two looks at the clock. 'yes?' and 'no?': the 95 % interval"
            + " reaches across.");
    report.line("");
    if (!rows.isEmpty()) {
      Row last = rows.getFirst();
      report.settings("velocity", last.velocity().getFirst().settings());
      report.settings("rocksdb", last.rocksdb().getFirst().settings());
    }
    report.line(
        String.format(Locale.ROOT, "took %.1f minutes", (System.nanoTime() - begin) / 60e9));
  }
}
