package io.velocitydb.engine.torture;

import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A simulated machine to run engines on: disk, clock, memory and background work of one seed. */
final class Machine {
  static final Path DIRECTORY = Path.of("/data");
  static final long START = 1_700_000_000_000L;

  final SimVfs disk;
  final FailingVfs failing;
  final FakeClock clock = new FakeClock(START);
  final NativeMemory memory = new NativeMemory();
  final StepBackground background;

  Machine(long seed) {
    this(new SimVfs(seed), seed);
  }

  Machine(SimVfs disk, long seed) {
    this.disk = disk;
    this.failing = new FailingVfs(disk);
    this.background = new StepBackground(new Random(seed).nextLong(), clock);
  }

  /** Opens; where a database alone could not be opened, throws what it answers. */
  Engine open(EngineOptions options) {
    Engine engine = openAsFarAsPossible(options);
    for (String name : engine.stats().unavailable().keySet()) {
      try {
        engine.database(name).snapshot().close();
        throw new AssertionError(name + " is said to be unavailable, and is not");
      } catch (EngineException e) {
        close(engine, e);
        throw e;
      }
    }
    return engine;
  }

  private static void close(Engine engine, EngineException failure) {
    try {
      engine.close();
    } catch (EngineException e) {
      failure.addSuppressed(e);
    }
  }

  /** Opens those databases that can be opened. */
  Engine openAsFarAsPossible(EngineOptions options) {
    return Engine.open(
        DIRECTORY,
        options,
        new EngineEnvironment(failing, clock, memory, background, EngineListener.NONE));
  }

  /** Fails when native memory is still allocated. */
  void demandNoMemory() {
    for (MemoryTag tag : MemoryTag.values()) {
      if (memory.allocated(tag) != 0) {
        throw new AssertionError(memory.allocated(tag) + " bytes of " + tag + " not given back");
      }
    }
  }

  /** Fails when memory is allocated, a file open or a lock held. */
  void demandNothingLeft() {
    demandNoMemory();
    List<String> open = disk.openFiles();
    if (!open.isEmpty()) {
      throw new AssertionError("open after close(): " + open);
    }
  }

  /** Comes back after the power was switched off. */
  void comeBack(boolean powerLost) {
    background.kill();
    if (powerLost) {
      disk.powerLoss();
    } else {
      disk.kill();
    }
  }
}
