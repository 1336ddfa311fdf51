package io.velocitydb.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.engine.measure.Loading;
import io.velocitydb.bench.engine.measure.Measuring;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.store.StoreSettings;
import io.velocitydb.bench.engine.workload.Catalogue;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Task;
import io.velocitydb.bench.engine.workload.Workload;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@link ChildProcesses} starts: one step of a comparison, in a process of its own. */
@Command(name = "engine-step", hidden = true)
public final class StepCommand implements Callable<Integer> {
  /** Of the memory of a limited process, what is not the store's: heap and JVM. */
  static final long LIMITED_HEAP = 64L << 20;

  /** Code, classes and threads. */
  private static final long LIMITED_JVM = 72L << 20;

  /** What {@code malloc} keeps between pieces that are in use, as a share of all. */
  private static final int LIMITED_MALLOC_SHARE = 8;

  /** Larger than any log that is replayed, so that nothing of it was flushed. */
  private static final long REPLAY_MEMTABLE = 512L << 20;

  /** What a process does. */
  enum Step {
    /** Makes a store that holds every key, merged into one run. */
    LOAD,
    /** Makes a store whose data is all in its log, and dies. */
    LOG,
    /** Measures, and writes the measurement as JSON. */
    MEASURE
  }

  @Option(names = "--step", required = true)
  private Step step = Step.MEASURE;

  @Option(names = "--store", required = true)
  private StoreKind store = StoreKind.VELOCITY;

  @Option(names = "--workload", required = true)
  private String id = "";

  @Option(names = "--quick")
  private boolean quick;

  @Option(names = "--seed", required = true)
  private long seed;

  @Option(names = "--prepared", required = true)
  private Path prepared = Path.of("");

  @Option(names = "--work", required = true)
  private Path work = Path.of("");

  @Option(names = "--result")
  private @Nullable Path result;

  @Override
  public Integer call() throws Exception {
    Workload workload =
        Catalogue.all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    Scale scale = quick ? Scale.quick() : Scale.full();
    StoreSettings standard = StoreSettings.standard(prepared, workload.valueBytes(), seed);
    switch (step) {
      case LOAD -> Loading.load(store, standard, scale.keys(workload));
      case LOG ->
          Loading.loadLogAndDie(
              store, standard.withMemtableBytes(REPLAY_MEMTABLE), scale.replayEntries(workload));
      case MEASURE -> {
        StoreSettings settings =
            settings(workload, scale, standard).withDirectory(work.resolve("store"));
        Measuring measuring = new Measuring(store, workload, scale, settings, prepared, work);
        new ObjectMapper()
            .writeValue(java.util.Objects.requireNonNull(result).toFile(), measuring.run());
      }
    }
    return 0;
  }

  private static StoreSettings settings(Workload workload, Scale scale, StoreSettings standard) {
    if (workload.limited()) {
      long all = scale.limitedBytes();
      return standard.withMemory(all - LIMITED_HEAP - LIMITED_JVM - all / LIMITED_MALLOC_SHARE);
    }
    return workload.task() instanceof Task.Replay
        ? standard.withMemtableBytes(REPLAY_MEMTABLE)
        : standard;
  }
}
