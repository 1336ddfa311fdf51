package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.RestorePoint;
import io.velocitydb.engine.WalArchive;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FailingVfs.Fault;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A restore from a checkpoint and an archive is whole or not there, whatever fails meanwhile. */
class RestoreFaultsTest {
  private static final Path DATA = Path.of("/data");
  private static final Path CHECKPOINT = Path.of("/backup/checkpoint");
  private static final Path ARCHIVE = Path.of("/archive");
  private static final Path TARGET = Path.of("/restored");

  private final SimVfs prepared = new SimVfs(1);
  private final Map<String, String> contents = new TreeMap<>();

  /** A machine of its own, with what was prepared on its disk. */
  private static final class Computer {
    private final SimVfs disk;
    private final FailingVfs failing;
    private final NativeMemory memory = new NativeMemory();
    private final FakeClock clock = new FakeClock(1_000_000_000_000L);
    private StepBackground background = new StepBackground(1, clock);

    Computer(SimVfs disk) {
      this.disk = disk;
      this.failing = new FailingVfs(disk);
    }

    private EngineEnvironment environment() {
      return new EngineEnvironment(failing, clock, memory, background, EngineListener.NONE);
    }

    private void restore() {
      Engine.restore(CHECKPOINT, ARCHIVE, RestorePoint.latest(), TARGET, options(), environment());
    }

    private Map<String, String> restored() {
      try (Engine engine = Engine.open(TARGET, options(), environment())) {
        assertThat(engine.verify().problems()).isEmpty();
        Map<String, String> all = new TreeMap<>();
        try (Cursor cursor = engine.database("d").cursor(KeyRange.all(), false)) {
          while (cursor.next()) {
            all.put(new String(cursor.key(), UTF_8), new String(cursor.value(), UTF_8));
          }
        }
        return all;
      }
    }

    private void demandNothingOpen() {
      assertThat(memory.allocated()).isZero();
      assertThat(disk.openFiles()).isEmpty();
    }
  }

  private static EngineOptions options() {
    return EngineOptions.defaults()
        .withMemoryLimit(16L << 20)
        .withDurability(Durability.ALWAYS)
        .withMemtableBytes(2 * 1024)
        .withCompactionThreshold(2)
        .withBlockBytes(256)
        .withBlobBytes(300)
        .withWalSegmentBytes(8 * 1024);
  }

  private void put(Database database, int i) {
    String key = "key" + i % 9;
    String value = i + "x".repeat(i % 5 == 0 ? 400 : 90);
    database.put(key.getBytes(UTF_8), value.getBytes(UTF_8));
    contents.put(key, value);
  }

  @BeforeEach
  void aCheckpointAndALogBehindIt() {
    Computer computer = new Computer(prepared);
    EngineOptions archiving = options().withWalArchive(new WalArchive(ARCHIVE, 1_000, 1L << 40));
    try (Engine engine = Engine.open(DATA, archiving, computer.environment())) {
      Database database = engine.createDatabase("d");
      for (int i = 0; i < 30; i++) {
        put(database, i);
      }
      database.flush();
      put(database, 30);
      engine.checkpoint(CHECKPOINT);
      for (int i = 31; i < 70; i++) {
        put(database, i);
      }
      // The first turn of the archive's timer ends the segment, the second one takes it.
      for (int turn = 0; turn < 2; turn++) {
        computer.clock.advance(1_000);
        computer.background.runAll();
      }
    }
    prepared.powerLoss();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"IO_ERROR", "DISK_FULL"})
  void afterAnyFailingOperationTheTargetIsWholeOrNotThereAndTheNextAttemptMakesIt(Fault fault)
      throws IOException {
    for (long n = 1; ; n++) {
      Computer computer = new Computer(prepared.copy(n));
      computer.failing.fail(n, FailingVfs.ALL, fault, false);
      boolean done = attempt(computer);
      computer.demandNothingOpen();
      computer.failing.heal();
      boolean there = computer.disk.exists(TARGET);
      assertThat(there || !done).as("operation %d: said to be done, and there", n).isTrue();
      if (!there) {
        computer.restore();
      }
      assertThat(computer.restored())
          .as("operation %d: %s", n, computer.failing.lastFailure())
          .isEqualTo(contents);
      computer.demandNothingOpen();
      if (computer.failing.failures() == 0) {
        assertThat(done).isTrue();
        assertThat(n).as("operations of a restore").isGreaterThan(100);
        return;
      }
    }
  }

  private static boolean attempt(Computer computer) {
    try {
      computer.restore();
      return true;
    } catch (EngineException e) {
      assertThat(e.kind())
          .as(e.toString())
          .isIn(EngineException.Kind.STORAGE_ERROR, EngineException.Kind.DISK_FULL);
      return false;
    }
  }

  @Test
  void afterACrashAtAnyMomentTheTargetIsWholeOrNotThereAndTheNextAttemptMakesIt()
      throws IOException {
    for (int changes = 1; ; changes++) {
      Computer computer = new Computer(prepared.copy(changes));
      computer.disk.powerOffAfter(changes);
      boolean done = attempt(computer);
      boolean off = computer.disk.isOff();
      assertThat(computer.memory.allocated()).isZero();
      computer.background.kill();
      if (changes % 3 == 0) {
        computer.disk.kill();
      } else {
        computer.disk.powerLoss();
      }
      computer.background = new StepBackground(changes, computer.clock);
      boolean there = computer.disk.exists(TARGET);
      assertThat(there || !done).as("change %d: said to be done, and there", changes).isTrue();
      if (!there) {
        computer.restore();
      }
      assertThat(computer.restored()).as("change %d", changes).isEqualTo(contents);
      computer.demandNothingOpen();
      if (!off) {
        assertThat(changes).as("changes of a restore").isGreaterThan(50);
        return;
      }
    }
  }
}
