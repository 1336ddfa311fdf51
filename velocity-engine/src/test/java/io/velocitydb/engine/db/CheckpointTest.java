package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Checkpoint;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint holds what was there, and nothing that happens later touches it. */
class CheckpointTest {
  private static final Path DATA = Path.of("/data");
  private static final Path TARGET = Path.of("/backup/now");
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16L << 20)
          .withDurability(Durability.OS)
          .withMemtableBytes(16 * 1024)
          .withCompactionThreshold(2)
          .withBlockBytes(512)
          .withWalSegmentBytes(32 * 1024);

  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);

  private Engine open(Path directory, FailingVfs vfs) {
    return Engine.open(
        directory,
        OPTIONS,
        new EngineEnvironment(vfs, clock, memory, background, EngineListener.NONE));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Map<String, String> contents(Database database) {
    Map<String, String> all = new TreeMap<>();
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      while (cursor.next()) {
        all.put(new String(cursor.key(), UTF_8), new String(cursor.value(), UTF_8));
      }
    }
    return all;
  }

  private static void fill(Database database, int from, int to, String value) {
    for (int i = from; i < to; i++) {
      database.put(bytes("key" + i), bytes(value + "-" + i + "-" + "x".repeat(40)));
    }
  }

  private static void assertRefused(Kind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e).hasMessageContaining(words);
              assertThat(e.getMessage()).doesNotContain("\n");
            });
  }

  @Test
  void nothingIsFlushedForACheckpointAndItHoldsWhatIsOnlyInMemory() {
    FailingVfs vfs = new FailingVfs(new SimVfs(1));
    try (Engine engine = open(DATA, vfs)) {
      Database database = engine.createDatabase("d");
      database.put(bytes("a"), bytes("1"));
      Checkpoint checkpoint = database.checkpoint(TARGET);
      assertThat(database.stats().flushes()).isZero();
      assertThat(checkpoint.directory()).isEqualTo(TARGET);
      assertThat(checkpoint.files()).isEqualTo(1);
      assertThat(checkpoint.copiedBytes()).isZero();
      assertThat(checkpoint.lastSequences()).isEqualTo(Map.of("d", 1L));
      database.put(bytes("a"), bytes("2"));
    }
    try (Engine copy = open(TARGET, vfs)) {
      assertThat(contents(copy.database("d"))).isEqualTo(Map.of("a", "1"));
      assertThat(copy.verify().problems()).isEmpty();
    }
  }

  @Test
  void overwritingDeletingMergingAndDroppingDoNotTouchACheckpoint() {
    FailingVfs vfs = new FailingVfs(new SimVfs(1));
    Map<String, String> then;
    try (Engine engine = open(DATA, vfs)) {
      Database database = engine.createDatabase("d");
      fill(database, 0, 800, "old");
      database.flush();
      fill(database, 600, 1_000, "newer");
      then = contents(database);
      database.checkpoint(TARGET);
      fill(database, 0, 1_500, "later");
      database.compact();
      for (int i = 0; i < 1_500; i++) {
        database.delete(bytes("key" + i));
      }
      database.compact();
      background.runAll();
      assertThat(contents(database)).isEmpty();
      engine.dropDatabase("d");
      fill(engine.createDatabase("d"), 0, 100, "another");
      background.runAll();
    }
    try (Engine copy = open(TARGET, vfs)) {
      assertThat(contents(copy.database("d"))).isEqualTo(then);
      assertThat(copy.verify().problems()).isEmpty();
    }
  }

  @Test
  void whatIsDoneToAnOpenedCheckpointDoesNotTouchTheDatabase() {
    FailingVfs vfs = new FailingVfs(new SimVfs(1));
    try (Engine engine = open(DATA, vfs)) {
      Database database = engine.createDatabase("d");
      fill(database, 0, 800, "mine");
      Map<String, String> then = contents(database);
      database.checkpoint(TARGET);
      try (Engine copy = open(TARGET, vfs)) {
        fill(copy.database("d"), 0, 2_000, "theirs");
        copy.database("d").compact();
        background.runAll();
      }
      assertThat(contents(database)).isEqualTo(then);
      assertThat(engine.verify().problems()).isEmpty();
    }
    try (Engine engine = open(DATA, vfs)) {
      assertThat(engine.verify().problems()).isEmpty();
    }
  }

  @Test
  void anEnginesCheckpointHasAllItsDatabases() {
    FailingVfs vfs = new FailingVfs(new SimVfs(1));
    try (Engine engine = open(DATA, vfs)) {
      fill(engine.createDatabase("one"), 0, 10, "1");
      engine.createDatabase("empty");
      fill(engine.createDatabase("two"), 0, 500, "2");
      engine.dropDatabase("one");
      Checkpoint checkpoint = engine.checkpoint(TARGET);
      assertThat(checkpoint.lastSequences()).containsOnlyKeys("empty", "two");
    }
    try (Engine copy = open(TARGET, vfs)) {
      assertThat(copy.databases()).containsExactly("empty", "two");
      assertThat(contents(copy.database("two"))).hasSize(500);
      copy.createDatabase("one").put(bytes("a"), bytes("b"));
    }
  }

  @Test
  void onAnotherFileSystemTheFilesAreCopied() {
    SimVfs sim = new SimVfs(1);
    FailingVfs vfs = new FailingVfs(sim);
    sim.refuseLinks(true);
    try (Engine engine = open(DATA, vfs)) {
      Database database = engine.createDatabase("d");
      fill(database, 0, 1_000, "v");
      Checkpoint checkpoint = database.checkpoint(TARGET);
      assertThat(checkpoint.copiedBytes()).isEqualTo(checkpoint.bytes()).isPositive();
    }
    sim.powerLoss();
    try (Engine copy = open(TARGET, vfs)) {
      assertThat(contents(copy.database("d"))).hasSize(1_000);
    }
  }

  @Test
  void anExistingTargetIsRefused() throws IOException {
    SimVfs sim = new SimVfs(1);
    try (Engine engine = open(DATA, new FailingVfs(sim))) {
      Database database = engine.createDatabase("d");
      sim.createDirectories(TARGET);
      assertRefused(
          Kind.INVALID_ARGUMENT, TARGET + " exists already", () -> database.checkpoint(TARGET));
      assertRefused(Kind.INVALID_ARGUMENT, "/data exists already", () -> engine.checkpoint(DATA));
      assertRefused(
          Kind.INVALID_ARGUMENT,
          "lies inside the databases of /data",
          () -> engine.checkpoint(Path.of("/data/databases/x")));
    }
  }

  @Test
  void aDirectoryInTheWayThatIsNoUnfinishedCheckpointIsLeftAlone() throws IOException {
    SimVfs sim = new SimVfs(1);
    Path foreign = TARGET.resolveSibling("now.unfinished-checkpoint").resolve("precious");
    sim.createDirectories(foreign);
    try (Engine engine = open(DATA, new FailingVfs(sim))) {
      Database database = engine.createDatabase("d");
      assertRefused(
          Kind.INVALID_ARGUMENT,
          "is no unfinished checkpoint; remove it first",
          () -> database.checkpoint(TARGET));
      assertThat(sim.exists(foreign)).isTrue();
    }
  }

  @Test
  void aDatabaseThatTakesNoWritesGivesNoCheckpoint() throws IOException {
    SimVfs sim = new SimVfs(1);
    FailingVfs vfs = new FailingVfs(sim);
    try (Engine engine = open(DATA, vfs)) {
      Database database = engine.createDatabase("d");
      database.put(bytes("a"), bytes("1"));
      vfs.fail(
          1,
          EnumSet.of(FailingVfs.Operation.SYNC),
          FailingVfs.Fault.IO_ERROR,
          false,
          path -> path.toString().endsWith(".wal"));
      assertRefused(
          Kind.READ_ONLY, "no checkpoint of database d", () -> database.checkpoint(TARGET));
      assertRefused(Kind.READ_ONLY, "no checkpoint of database d", () -> engine.checkpoint(TARGET));
      assertThat(sim.exists(TARGET)).isFalse();
      assertThat(sim.list(TARGET.getParent())).isEmpty();
    }
  }

  /** What one attempt leaves behind: nothing, or all of it. */
  private void assertWholeOrAbsent(FailingVfs vfs, Map<String, String> expected)
      throws IOException {
    if (vfs.exists(TARGET)) {
      try (Engine copy = open(TARGET, vfs)) {
        assertThat(contents(copy.database("d"))).isEqualTo(expected);
      }
      return;
    }
    Path unfinished = TARGET.resolveSibling("now.unfinished-checkpoint");
    if (vfs.exists(unfinished.resolve("databases"))
        && !vfs.list(unfinished.resolve("databases")).isEmpty()) {
      assertThatThrownBy(() -> open(unfinished, vfs).close()).isInstanceOf(EngineException.class);
    }
  }

  @Test
  void aCrashAtAnyMomentLeavesAWholeCheckpointOrNone() throws IOException {
    int whole = 0;
    for (int n = 1; n < 80; n++) {
      SimVfs sim = new SimVfs(n);
      FailingVfs vfs = new FailingVfs(sim);
      Engine engine = open(DATA, vfs);
      Database database = engine.createDatabase("d");
      fill(database, 0, 300, "v");
      Map<String, String> then = contents(database);
      sim.powerOffAfter(n);
      boolean done = false;
      try {
        database.checkpoint(TARGET);
        done = true;
      } catch (EngineException e) {
        assertThat(sim.isOff()).isTrue();
      }
      sim.powerOff();
      try {
        engine.close();
      } catch (EngineException e) {
        assertThat(sim.isOff()).isTrue();
      }
      background.kill();
      sim.powerLoss();
      assertThat(done && !sim.exists(TARGET)).as("lost after it was there").isFalse();
      if (sim.exists(TARGET)) {
        assertWholeOrAbsent(vfs, then);
        whole++;
        continue;
      }
      try (Engine again = open(DATA, vfs)) {
        Map<String, String> now = contents(again.database("d"));
        again.database("d").checkpoint(TARGET);
        assertWholeOrAbsent(vfs, now);
      }
    }
    assertThat(whole).isBetween(1, 78);
    assertThat(memory.allocated()).isZero();
  }

  @Test
  void everyFailingOperationLeavesAWholeCheckpointOrNone() throws IOException {
    boolean failed = true;
    for (int n = 1; failed; n++) {
      SimVfs sim = new SimVfs(n);
      sim.refuseLinks(n % 2 == 0);
      FailingVfs vfs = new FailingVfs(sim);
      Engine engine = open(DATA, vfs);
      Database database = engine.createDatabase("d");
      fill(database, 0, 300, "v");
      database.flush();
      fill(database, 300, 310, "v");
      background.runAll();
      Map<String, String> then = contents(database);
      long before = vfs.failures();
      vfs.fail(n, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
      try {
        database.checkpoint(TARGET);
      } catch (EngineException e) {
        assertThat(vfs.failures()).isGreaterThan(before);
      }
      failed = vfs.failures() > before;
      vfs.heal();
      assertWholeOrAbsent(vfs, then);
      try {
        engine.close();
      } catch (EngineException e) {
        assertThat(failed).isTrue();
      }
      assertThat(sim.openFiles()).isEmpty();
      assertThat(memory.allocated()).isZero();
    }
  }

  @Test
  void writesGoOnWhileCheckpointsAreMadeAndEachHoldsAPrefixOfThem(@TempDir Path directory)
      throws Exception {
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Engine engine = Engine.open(directory.resolve("data"), OPTIONS)) {
      Database database = engine.createDatabase("d");
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (!stop.get()) {
                        int next = written.get() + 1;
                        database.put(bytes("%08d".formatted(next)), new byte[60]);
                        written.set(next);
                      }
                    } catch (RuntimeException | Error e) {
                      failure.set(e);
                    }
                  });
      for (int i = 0; i < 12; i++) {
        int before = written.get();
        while (written.get() < before + 300 && failure.get() == null) {
          Thread.onSpinWait();
        }
        int least = written.get();
        Path target = directory.resolve("c" + i);
        database.checkpoint(target);
        int most = written.get() + 1;
        try (Engine copy = Engine.open(target, OPTIONS)) {
          long count = copy.database("d").count(KeyRange.all());
          assertThat(count).isBetween((long) least, (long) most);
          Optional<byte[]> last =
              copy.database("d").get(bytes("%08d".formatted(count))).map(e -> e.key());
          assertThat(last).as("a prefix without a hole").isPresent();
          assertThat(copy.verify().problems()).isEmpty();
        }
      }
      stop.set(true);
      writer.join();
      assertThat(failure.get()).isNull();
      assertThat(engine.verify().problems()).isEmpty();
    }
  }
}
