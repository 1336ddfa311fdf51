package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Signal;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Errors that nobody expects, such as want of memory or of threads, at every place: whoever waits
 * is told, the database is read-only rather than silently without its background work, and what was
 * acknowledged is there after a power loss.
 */
class UnexpectedErrorTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(8L << 20)
          .withMemtableBytes(4 * 1024)
          .withCompactionThreshold(2)
          .withBlockBytes(256)
          .withWalSegmentBytes(4 * 1024);

  /** Fails to start the n-th task from now on. */
  private static final class WithoutThreads implements Background {
    private final Background background;
    private int left = Integer.MAX_VALUE;

    WithoutThreads(Background background) {
      this.background = background;
    }

    @Override
    public void execute(Lane lane, Runnable task) {
      if (--left == 0) {
        throw new OutOfMemoryError("injected: unable to create native thread");
      }
      background.execute(lane, task);
    }

    @Override
    public void after(Lane lane, long nanos, Runnable task) {
      background.after(lane, nanos, task);
    }

    @Override
    public Timer every(Lane lane, long periodMs, Runnable task) {
      return background.every(lane, periodMs, task);
    }

    @Override
    public <T> T await(CompletableFuture<T> future) {
      return background.await(future);
    }

    @Override
    public void await(Signal signal) {
      background.await(signal);
    }

    @Override
    public void close() {
      background.close();
    }
  }

  /** How a submitted write ended. */
  private static final class Ended implements WriteCompletion {
    private final Signal told = new Signal();
    private EngineException failure;

    @Override
    public void completed(List<OperationResult> results) {
      told.set();
    }

    @Override
    public void failed(EngineException reason) {
      failure = reason;
      told.set();
    }
  }

  /** One machine, and what was acknowledged on it. */
  private static final class Run {
    private final SimVfs sim = new SimVfs(1);
    private final FailingVfs vfs = new FailingVfs(sim);
    private final NativeMemory memory = new NativeMemory();
    private final FakeClock clock = new FakeClock(1_000_000);
    private final StepBackground steps = new StepBackground(1, clock);
    private final WithoutThreads background = new WithoutThreads(steps);
    private final Set<String> acknowledged = new TreeSet<>();
    private Engine engine;
    private Database database;
    private int failures;
    private int puts;

    Run() {
      open();
    }

    private void open() {
      engine =
          Engine.open(
              DIRECTORY,
              OPTIONS,
              new EngineEnvironment(vfs, clock, memory, background, EngineListener.NONE));
      database = engine.openOrCreate("d");
    }

    private void attempt(Runnable call) {
      try {
        call.run();
      } catch (EngineException e) {
        failures++;
      }
    }

    private void put(String key) {
      attempt(
          () -> {
            puts++;
            if (puts % 3 == 0) {
              database.put(key.getBytes(UTF_8), new byte[300]);
            } else {
              submit(key);
            }
            acknowledged.add(key);
          });
    }

    /** As an event loop writes: nothing is done on the submitter's thread that may block. */
    private void submit(String key) {
      Ended ended = new Ended();
      try (WriteBatch batch = database.newBatch()) {
        batch.put(key.getBytes(UTF_8), new byte[300]);
        database.submit(batch, Durability.ALWAYS, ended);
        steps.await(ended.told);
      }
      if (ended.failure != null) {
        throw ended.failure;
      }
    }

    /** Writes, flushes, merges, switches segments; a call that never ends fails the test. */
    void work() {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 12; i++) {
          put("k" + round + "-" + i);
        }
        attempt(database::flush);
        clock.advance(2_000);
        steps.runAll();
      }
      attempt(database::compact);
      for (int i = 0; i < 40; i++) {
        put("z" + i);
      }
    }

    /** What was acknowledged outlives the machine; and the engine still works, or says why not. */
    void demandHonesty(boolean injected) throws IOException {
      if (!injected) {
        assertThat(failures).isZero();
      }
      assertThat(database.stats().writable()).as("writable").isEqualTo(lastPutWorks());
      attempt(engine::close);
      assertThat(sim.openFiles()).isEmpty();
      steps.kill();
      sim.powerLoss();
      open();
      for (String key : acknowledged) {
        assertThat(database.get(key.getBytes(UTF_8))).as(key).isPresent();
      }
      assertThat(engine.verify().problems()).isEmpty();
      engine.close();
      assertThat(sim.openFiles()).isEmpty();
    }

    private boolean lastPutWorks() {
      int before = failures;
      put("last");
      return failures == before;
    }
  }

  @Test
  void anErrorOfAnyFileOperationLeavesNobodyWaitingAndLosesNothing() throws IOException {
    for (int n = 1; ; n++) {
      Run run = new Run();
      run.vfs.fail(n, FailingVfs.ALL, FailingVfs.Fault.ERROR, false);
      try {
        run.work();
        boolean injected = run.vfs.failures() > 0;
        run.vfs.heal();
        run.demandHonesty(injected);
        if (!injected) {
          assertThat(n).isGreaterThan(300);
          return;
        }
      } catch (AssertionError | RuntimeException | IOException | OutOfMemoryError e) {
        throw new AssertionError("operation " + n + ", " + run.vfs.lastFailure() + ": " + e, e);
      }
    }
  }

  @Test
  void aThreadThatCannotBeHadLeavesNobodyWaitingAndLosesNothing() throws IOException {
    for (int n = 1; ; n++) {
      Run run = new Run();
      run.background.left = n;
      try {
        run.work();
        boolean injected = run.background.left <= 0;
        run.background.left = Integer.MAX_VALUE;
        run.demandHonesty(injected);
        if (!injected) {
          assertThat(n).isGreaterThan(100);
          return;
        }
      } catch (AssertionError | RuntimeException | IOException | OutOfMemoryError e) {
        throw new AssertionError("task " + n + ": " + e, e);
      }
    }
  }
}
