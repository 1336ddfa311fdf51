package io.velocitydb.bench.adaptive;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.process.ChildJvm;
import io.velocitydb.bench.process.ChildJvm.StepFailedException;
import io.velocitydb.bench.process.Folders;
import io.velocitydb.bench.process.WorkFolder;
import io.velocitydb.bench.statistics.Ratio;
import io.velocitydb.bench.statistics.Turns;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code velocity-bench/run adaptive}. */
@Command(
    name = "adaptive",
    description =
        "Measures the embedded engine with adaptive_cache on and off: processes of their own in"
            + " turns, the same work.",
    mixinStandardHelpOptions = true)
public final class AdaptiveCommand implements Callable<Integer> {
  private static final int SPARE_SECONDS = 300;

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description = "Only these: ${COMPLETION-CANDIDATES}.")
  private List<Scenario> scenarios = new ArrayList<>(List.of(Scenario.values()));

  @Option(names = "--quick", description = "Less memory, shorter, one pair: about five minutes.")
  private boolean quick;

  @Option(names = "--pairs", description = "Pairs of runs (default: 3, quick: 1).")
  private int pairs;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes every run as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the databases lie; a folder of its own is made there and deleted (default:"
              + " velocity-bench/target).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  private final ChildJvm child = new ChildJvm();
  private int started;

  /** One run, as it is written to JSON. */
  record Run(Scenario scenario, boolean adaptive, List<PhaseResult> phases) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path work = WorkFolder.create(directory, "adaptive-", child::kill);
    out.printf(
        "memory limit %d MiB, %d s a run, 16-byte keys, 400-byte values, one thread%n",
        limitMib(), seconds());
    out.printf(
        "%-8s %-6s %12s %12s %7s %-14s %-15s %s%n",
        "scenario",
        "phase",
        "fixed/s",
        "adaptive/s",
        "ratio",
        "95 %",
        "hit rate",
        "memtables MiB, moves");
    List<Run> runs = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      List<Run> own = new ArrayList<>();
      for (boolean adaptive : Turns.of(false, true, pairs > 0 ? pairs : quick ? 1 : 3)) {
        own.add(run(scenario, adaptive, work));
      }
      print(out, scenario, own);
      runs.addAll(own);
    }
    if (json != null) {
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), runs);
    }
    return 0;
  }

  private long limitMib() {
    return quick ? 64 : 256;
  }

  private int seconds() {
    return quick ? 24 : 90;
  }

  private static void print(PrintWriter out, Scenario scenario, List<Run> runs) {
    List<Run> fixed = runs.stream().filter(run -> !run.adaptive).toList();
    List<Run> adaptive = runs.stream().filter(run -> run.adaptive).toList();
    for (int i = 0; i < scenario.phases().size(); i++) {
      List<PhaseResult> before = phases(fixed, i);
      List<PhaseResult> now = phases(adaptive, i);
      Ratio ratio =
          Ratio.of(
              now.stream().map(PhaseResult::perSecond).toList(),
              before.stream().map(PhaseResult::perSecond).toList());
      PhaseResult last = now.getLast();
      out.printf(
          Locale.ROOT,
          "%-8s %-6s %,12.0f %,12.0f %7.2f %-14s %.3f -> %.3f  %d -> %d, %d%n",
          scenario.name().toLowerCase(Locale.ROOT),
          last.phase(),
          ratio.theirs(),
          ratio.ours(),
          ratio.ratio(),
          runs.size() == 2
              ? "one pair"
              : String.format(Locale.ROOT, "%.2f to %.2f", ratio.low(), ratio.high()),
          hitRate(before),
          hitRate(now),
          before.getLast().memtablesMib(),
          last.memtablesMib(),
          last.moves());
    }
    out.flush();
  }

  private static List<PhaseResult> phases(List<Run> runs, int i) {
    return runs.stream().map(run -> run.phases.get(i)).toList();
  }

  private static double hitRate(List<PhaseResult> results) {
    return results.stream().mapToDouble(PhaseResult::hitRate).average().orElseThrow();
  }

  private Run run(Scenario scenario, boolean adaptive, Path work)
      throws IOException, StepFailedException {
    Path folder = Files.createDirectory(work.resolve("run-" + ++started));
    try {
      Path result = folder.resolve("result.json");
      Path log = folder.resolve("output.log");
      child.run(
          List.of(),
          ChildJvm.options("256m"),
          List.of(
              "adaptive-step",
              "--scenario=" + scenario,
              "--adaptive=" + adaptive,
              "--limit-mib=" + limitMib(),
              "--seconds=" + seconds(),
              "--directory=" + folder.resolve("data"),
              "--result=" + result),
          log,
          Duration.ofSeconds(seconds() + SPARE_SECONDS),
          scenario + (adaptive ? ", adaptive" : ", fixed"));
      List<PhaseResult> phases =
          new ObjectMapper().readValue(result.toFile(), new TypeReference<>() {});
      return new Run(scenario, adaptive, phases);
    } finally {
      Folders.delete(folder);
    }
  }
}
