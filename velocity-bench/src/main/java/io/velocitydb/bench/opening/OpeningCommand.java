package io.velocitydb.bench.opening;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.process.ChildJvm;
import io.velocitydb.bench.process.ChildJvm.StepFailedException;
import io.velocitydb.bench.process.WorkFolder;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code velocity-bench/run opening}. */
@Command(
    name = "opening",
    description = {
      "Fills a data directory, closes it, and measures how long new processes take to open it and"
          + " to read a first value.",
      "Nothing of the directory is in the page cache then. Java itself is: another process has just"
          + " opened a small directory. Most of the time is Java's, for what it does for the first"
          + " time in a process; so each round opens once without and once with a start-up cache of"
          + " Java's (an AOT cache), as ./velocity makes one for itself."
    },
    mixinStandardHelpOptions = true)
public final class OpeningCommand implements Callable<Integer> {
  private static final double FLOOR_MILLIS = 500;
  private static final long SMALL_BYTES = 100L << 20;
  private static final Duration FILLING = Duration.ofHours(2);
  private static final Duration OPENING = Duration.ofMinutes(2);

  /** Writing a 3 there, which root may, empties the page cache. */
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  @Option(
      names = "--gib",
      defaultValue = "10",
      description = "Size of the directory (default: ${DEFAULT-VALUE}).")
  private double gib;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often it is opened (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "Time between filling and the first opening, for a disk that still writes what it was"
              + " given (default: ${DEFAULT-VALUE}).")
  private int settleSeconds;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where it lies; a folder of its own is made there and deleted (default:"
              + " velocity-bench/target).")
  private @Nullable Path directory;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the openings as JSON.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  private final ChildJvm child = new ChildJvm();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path work = WorkFolder.create(directory, "opening-", child::kill);
    Path data = work.resolve("data");
    Path small = work.resolve("small");
    out.printf(Locale.ROOT, "filling a directory up to %.1f GiB%n", gib);
    out.flush();
    fill(work.resolve("fill.log"), data, (long) (gib * (1L << 30)));
    fill(work.resolve("fill-small.log"), small, SMALL_BYTES);
    boolean _ = dropCaches();
    Thread.sleep(Duration.ofSeconds(settleSeconds));
    Path cache = work.resolve("startup.aot");
    boolean hasCache = train(cache, work.resolve("train"), small);
    if (!hasCache) {
      out.println("Java makes no start-up cache of this class path; openings without one follow");
    }
    List<Opened> found = new ArrayList<>();
    for (int i = 1; i <= rounds; i++) {
      Opened without = measure(List.of(), work.resolve("plain-" + i), small, data);
      found.add(without);
      String line = "opening %d of %d: %.0f ms".formatted(i, rounds, without.openMillis());
      if (hasCache) {
        Opened with =
            measure(List.of("-XX:AOTCache=" + cache), work.resolve("cache-" + i), small, data);
        found.add(with);
        line += ", %.0f ms with Java's start-up cache".formatted(with.openMillis());
      }
      out.printf(
          Locale.ROOT,
          "%s; first value after %.1f ms more (%,d files, %.1f GiB, page cache %s)%n",
          line,
          without.firstGetMillis(),
          without.files(),
          without.bytes() / (double) (1L << 30),
          Files.isWritable(DROP_CACHES) ? "empty" : "warm: only root can empty it");
      out.flush();
    }
    report(out, "without a start-up cache", found.stream().filter(o -> !o.startupCache()));
    if (hasCache) {
      report(
          out,
          "with a start-up cache, as ./velocity has one",
          found.stream().filter(Opened::startupCache));
    }
    out.flush();
    if (json != null) {
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), found);
    }
    return 0;
  }

  private void fill(Path log, Path data, long bytes) throws StepFailedException, IOException {
    step(List.of(), log, data, FILLING, List.of("--fill-bytes=" + bytes));
  }

  /** Lets Java note what an opening needs; false where it cannot, as of classes in folders. */
  private boolean train(Path cache, Path output, Path small) throws IOException {
    try {
      step(List.of("-XX:AOTCacheOutput=" + cache), output, small);
      return Files.exists(cache);
    } catch (StepFailedException e) {
      return false;
    }
  }

  private static void report(PrintWriter out, String how, Stream<Opened> openings) {
    double[] millis = openings.mapToDouble(Opened::openMillis).sorted().toArray();
    double slowest = millis[millis.length - 1];
    out.printf(
        Locale.ROOT,
        "%s: median %.0f ms, slowest %.0f ms, floor %.0f ms: %s%n",
        how,
        millis[millis.length / 2],
        slowest,
        FLOOR_MILLIS,
        slowest < FLOOR_MILLIS ? "met" : "not met");
  }

  /** Opens the small directory, so that Java's own files are read, and then the large one. */
  private Opened measure(List<String> jvmOptions, Path output, Path small, Path data)
      throws StepFailedException, IOException, InterruptedException {
    boolean _ = dropCaches();
    step(jvmOptions, output.resolveSibling("small-" + output.getFileName()), small);
    return step(jvmOptions, output, data);
  }

  private Opened step(List<String> jvmOptions, Path output, Path data)
      throws StepFailedException, IOException {
    Path result = output.resolveSibling(output.getFileName() + ".json");
    List<String> options = new ArrayList<>(List.of("--result=" + result));
    if (!jvmOptions.isEmpty()) {
      options.add("--startup-cache");
    }
    Path log = output.resolveSibling(output.getFileName() + ".log");
    step(jvmOptions, log, data, OPENING, options);
    return new ObjectMapper().readValue(result.toFile(), Opened.class);
  }

  private void step(
      List<String> jvmOptions, Path log, Path data, Duration limit, List<String> options)
      throws StepFailedException, IOException {
    List<String> jvm = new ArrayList<>(ChildJvm.options("512m"));
    jvm.addAll(jvmOptions);
    List<String> arguments = new ArrayList<>(List.of("opening-step", "--directory=" + data));
    arguments.addAll(options);
    child.run(List.of(), jvm, arguments, log, limit, "opening-step " + options);
  }

  /** After a sync: what is still to be written is neither dropped nor out of the way. */
  private static boolean dropCaches() throws InterruptedException {
    if (!Files.isWritable(DROP_CACHES)) {
      return false;
    }
    try {
      int ended = new ProcessBuilder("sync").inheritIO().start().waitFor();
      Files.writeString(DROP_CACHES, "3");
      return ended == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
