package io.velocitydb.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.workload.Catalogue;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Workload;
import io.velocitydb.bench.process.ChildJvm;
import io.velocitydb.bench.process.WorkFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code velocity-bench/run engine --against rocksdb}. */
@Command(
    name = "engine",
    description =
        "Measures the embedded engine against another one: processes of their own in turns, the"
            + " same work, both caught up with their merges.",
    mixinStandardHelpOptions = true)
public final class EngineCommand implements Callable<Integer> {
  /** A quick run begins nothing after this, so that it ends within ten minutes. */
  private static final Duration QUICK_BUDGET = Duration.ofMinutes(9);

  private static final Duration FULL_BUDGET = Duration.ofHours(8);

  /** What can be compared with. */
  enum Rival {
    ROCKSDB(StoreKind.ROCKSDB);

    private final StoreKind store;

    Rival(StoreKind store) {
      this.store = store;
    }
  }

  @Option(
      names = "--against",
      required = true,
      description = "The engine to compare with: rocksdb.")
  private @Nullable Rival against;

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these, by name (fillrandom, ycsb-a, ...) or in one variant (readrandom-2t).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Prints the workloads and ends.")
  private boolean list;

  @Option(
      names = "--quick",
      description = "Less data, shorter, two rounds: all of it within ten minutes.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Pairs of measurements, at least 2: more of them make the interval narrower (default: 6,"
              + " with --quick 2).")
  private @Nullable Integer rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the rows as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the stores lie, both on the same disk; a folder of its own is made there and"
              + " deleted (default: velocity-bench/target).")
  private @Nullable Path directory;

  @Option(
      names = "--cgroup",
      paramLabel = "DIR",
      description =
          "A memory cgroup in which this user may make others; the memlimited workloads need it.")
  private @Nullable Path cgroup;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of keys and values (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--jvm-option",
      paramLabel = "OPTION",
      description =
          "Another option for the JVMs that measure; %%s stands for store, workload and round"
              + " (-XX:StartFlightRecording=filename=%%s.jfr).")
  private List<String> jvmOptions = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = line.getOut();
    List<Workload> workloads = chosen(line);
    if (list) {
      workloads.forEach(workload -> out.println(workload.id()));
      out.flush();
      return 0;
    }
    Scale scale = quick ? Scale.quick() : Scale.full();
    if (rounds != null && rounds < 2) {
      throw new CommandLine.ParameterException(
          line, "--rounds must be 2 or more, for an interval needs two pairs; got " + rounds);
    }
    ChildJvm child = new ChildJvm();
    Path work = WorkFolder.create(directory, "engine-", child::kill);
    ChildProcesses children = new ChildProcesses(child, work, quick, seed, jvmOptions);
    Comparison comparison =
        new Comparison(
            Objects.requireNonNull(against).store,
            children,
            work,
            rounds == null ? scale : scale.withRounds(rounds),
            quick ? QUICK_BUDGET : FULL_BUDGET,
            Optional.ofNullable(cgroup),
            out,
            line.getErr());
    boolean whole = comparison.run(workloads);
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), comparison.rows().stream().map(Row::json).toList());
    }
    return whole ? 0 : 1;
  }

  private List<Workload> chosen(CommandLine line) {
    List<Workload> all = Catalogue.all();
    for (String name : names) {
      if (all.stream().noneMatch(workload -> workload.isNamed(name))) {
        throw new CommandLine.ParameterException(
            line,
            "there is no workload '"
                + name
                + "'; there are: "
                + all.stream().map(Workload::id).collect(Collectors.joining(", ")));
      }
    }
    return all.stream()
        .filter(workload -> names.isEmpty() || names.stream().anyMatch(workload::isNamed))
        .toList();
  }
}
