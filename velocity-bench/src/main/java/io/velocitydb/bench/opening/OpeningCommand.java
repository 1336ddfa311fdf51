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
          + " opened a small directory, and its time, with nothing at all in the cache, is shown,"
          + " too."
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
    step(work.resolve("fill.log"), data, FILLING, "--fill-bytes=" + (long) (gib * (1L << 30)));
    step(work.resolve("fill-small.log"), small, FILLING, "--fill-bytes=" + SMALL_BYTES);
    List<Opened> found = new ArrayList<>();
    for (int i = 1; i <= rounds; i++) {
      boolean cold = dropCaches();
      Opened first = open(work.resolve("small-" + i), small);
      Opened opened = open(work.resolve("data-" + i), data);
      found.add(opened);
      out.printf(
          Locale.ROOT,
          "opening %d of %d: %.0f ms, first value after %.1f ms more (%,d files, %.1f GiB); %s: %.0f"
              + " ms%n",
          i,
          rounds,
          opened.openMillis(),
          opened.firstGetMillis(),
          opened.files(),
          opened.bytes() / (double) (1L << 30),
          cold
              ? "a small one before, with an empty page cache"
              : "a small one before (page cache warm: only root can empty it)",
          first.openMillis());
      out.flush();
    }
    double slowest = found.stream().mapToDouble(Opened::openMillis).max().orElse(0);
    out.printf(
        Locale.ROOT,
        "slowest %.0f ms, floor %.0f ms: %s%n",
        slowest,
        FLOOR_MILLIS,
        slowest < FLOOR_MILLIS ? "met" : "not met");
    out.flush();
    if (json != null) {
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), found);
    }
    return 0;
  }

  private Opened open(Path output, Path data) throws StepFailedException, IOException {
    Path result = output.resolveSibling(output.getFileName() + ".json");
    Path log = output.resolveSibling(output.getFileName() + ".log");
    step(log, data, OPENING, "--result=" + result);
    return new ObjectMapper().readValue(result.toFile(), Opened.class);
  }

  private void step(Path log, Path data, Duration limit, String option)
      throws StepFailedException, IOException {
    child.run(
        List.of(),
        ChildJvm.options("512m"),
        List.of("opening-step", "--directory=" + data, option),
        log,
        limit,
        "opening-step " + option);
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
