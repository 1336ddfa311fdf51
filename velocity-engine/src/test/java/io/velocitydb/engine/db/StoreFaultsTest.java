package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One database on simulated files, time and threads, in the situations that users fear. */
class StoreFaultsTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16L << 20)
          .withMemtableBytes(64 * 1024)
          .withBlockBytes(1_024)
          .withWalSegmentBytes(256 * 1024);

  private final SimVfs sim = new SimVfs(1);
  private final FailingVfs vfs = new FailingVfs(sim);
  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);
  private final List<String> events = new ArrayList<>();
  private Engine engine;
  private Database database;

  @BeforeEach
  void open() {
    engine = Engine.open(DIRECTORY, OPTIONS, environment());
    database = engine.openOrCreate("d");
  }

  private EngineEnvironment environment() {
    return new EngineEnvironment(
        vfs,
        clock,
        memory,
        background,
        new EngineListener() {
          @Override
          public void replayed(String name, long records, long bytes, Duration took) {
            events.add("replayed " + records + " of " + name);
          }

          @Override
          public void readOnly(String name, String reason) {
            events.add("read-only " + name);
          }
        });
  }

  @AfterEach
  void everythingIsGivenBack() {
    try {
      engine.close();
    } finally {
      assertThat(memory.allocated()).isZero();
      assertThat(sim.openFiles()).isEmpty();
    }
  }

  private void reopen() {
    engine.close();
    open();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Optional<String> value(String key) {
    return database.get(bytes(key)).map(Entry::value).map(value -> new String(value, UTF_8));
  }

  private static void assertRefused(Kind kind, Outcome outcome, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.outcome()).isEqualTo(outcome);
            });
  }

  private void passTime(long millis) {
    clock.advance(millis);
    background.runAll();
  }

  private void fillTheDisk() {
    byte[] value = new byte[8_000];
    new java.util.Random(7).nextBytes(value);
    for (int i = 0; i < 100_000; i++) {
      byte[] key = bytes("fill" + i);
      try {
        database.put(key, value);
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(Kind.DISK_FULL);
        assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        return;
      }
    }
    throw new AssertionError("the disk never got full");
  }

  @Test
  void aFullDiskRefusesWritesTakesDeletesAndWritesReturnWhenSpaceDoes() throws IOException {
    database.put(bytes("a"), bytes("1"));
    sim.setCapacity(4 << 20);
    fillTheDisk();
    assertThat(database.stats().writable()).isFalse();
    assertThat(database.stats().notWritableReason()).contains("no space left");
    assertThat(engine.stats().diskFull()).isTrue();
    assertThat(value("a")).contains("1");
    assertThat(database.delete(bytes("a")).applied()).isTrue();
    assertThat(value("a")).isEmpty();
    try (WriteBatch batch = database.newBatch()) {
      batch.deleteRange(KeyRange.prefix(bytes("fill")));
      database.write(batch, Durability.ALWAYS);
    }
    assertThat(value("fill0")).isEmpty();
    sim.setCapacity(1 << 30);
    passTime(2_000);
    assertThat(database.put(bytes("b"), bytes("2"))).isPositive();
    assertThat(database.stats().writable()).isTrue();
    reopen();
    assertThat(value("b")).contains("2");
    assertThat(database.count(KeyRange.all())).isEqualTo(1);
    assertThat(engine.verify().problems()).isEmpty();
  }

  @Test
  void onAFullDiskADropGivesSpaceBackAndWritesReturn() {
    sim.setCapacity(4 << 20);
    fillTheDisk();
    engine.dropDatabase("d");
    passTime(2_000);
    database = engine.createDatabase("d");
    assertThat(database.put(bytes("b"), bytes("2"))).isPositive();
  }

  @Test
  void aFailedSyncMakesTheDatabaseReadOnlyUntilItIsReopened() {
    database.put(bytes("a"), bytes("1"));
    vfs.fail(1, EnumSet.of(FailingVfs.Operation.SYNC), FailingVfs.Fault.IO_ERROR, false);
    assertRefused(Kind.STORAGE_ERROR, Outcome.UNKNOWN, () -> database.put(bytes("a"), bytes("2")));
    assertRefused(Kind.READ_ONLY, Outcome.NOT_APPLIED, () -> database.put(bytes("b"), bytes("2")));
    assertRefused(Kind.READ_ONLY, Outcome.NOT_APPLIED, () -> database.flush());
    assertThat(value("a")).as("what is unknown is not shown").contains("1");
    assertThat(events).contains("read-only d");
    assertThat(database.stats().writable()).isFalse();
    assertThat(database.stats().notWritableReason()).contains("reopened");
    reopen();
    assertThat(value("a").orElseThrow()).isIn("1", "2");
    assertThat(database.put(bytes("b"), bytes("2"))).isPositive();
  }

  @Test
  void aFailedWriteOfTheLogMakesTheDatabaseReadOnlyAndNothingOfItIsShown() {
    database.put(bytes("a"), bytes("1"));
    vfs.fail(1, EnumSet.of(FailingVfs.Operation.WRITE), FailingVfs.Fault.IO_ERROR, false);
    assertRefused(Kind.STORAGE_ERROR, Outcome.UNKNOWN, () -> database.put(bytes("a"), bytes("2")));
    assertThat(value("a")).contains("1");
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.value()).isEqualTo(bytes("1"));
    }
  }

  @Test
  void afterAPowerLossEverythingAcknowledgedIsThere() throws IOException {
    for (int i = 0; i < 300; i++) {
      database.put(bytes("k" + i), new byte[500]);
    }
    sim.powerOff();
    closeWhatIsDead();
    background.kill();
    sim.powerLoss();
    open();
    assertThat(database.count(KeyRange.all())).isEqualTo(300);
    assertThat(events).anyMatch(event -> event.startsWith("replayed "));
    assertThat(engine.verify().problems()).isEmpty();
  }

  private void closeWhatIsDead() {
    try {
      engine.close();
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(Kind.STORAGE_ERROR);
    }
  }

  private void kill() {
    sim.powerOff();
    closeWhatIsDead();
    background.kill();
    sim.kill();
  }

  @Test
  void afterAKillAFullDiskOpensByMeansOfTheReserve() {
    for (int i = 0; i < 100; i++) {
      database.put(bytes("k" + i), new byte[500]);
    }
    kill();
    sim.setCapacity(sim.usedBytes());
    open();
    assertThat(database.count(KeyRange.all())).isEqualTo(100);
    assertThat(engine.stats().diskFull()).isTrue();
  }

  @Test
  void onAFullDiskWithoutReserveNothingIsRemovedThatThePastMayNeed() throws IOException {
    database.put(bytes("a"), bytes("1"));
    database.flush();
    reopen();
    engine.close();
    Path stranger = DIRECTORY.resolve("databases/000001-d/00000099.sst");
    sim.setContents(stranger, new byte[5_000]);
    sim.delete(DIRECTORY.resolve(DiskReserve.FILE));
    sim.setCapacity(sim.usedBytes());
    open();
    assertThat(value("a")).contains("1");
    assertThat(sim.exists(stranger)).isTrue();
    engine.close();
    sim.setCapacity(1L << 30);
    open();
    assertThat(sim.exists(stranger)).isFalse();
  }

  @Test
  void aDatabaseThatIsOnlyReadWritesNothing() {
    database.put(bytes("a"), bytes("1"));
    reopen();
    kill();
    sim.setCapacity(sim.usedBytes());
    long changes = sim.changes();
    open();
    assertThat(value("a")).contains("1");
    // The lock, and the sync of the directory that has the catalogue.
    assertThat(sim.changes() - changes).isLessThanOrEqualTo(4);
  }

  @Test
  void anOpeningReadsNothingOfALogWhoseWritesLieInTablesSinceAnOrderlyClose() throws IOException {
    for (int i = 0; i < 20; i++) {
      database.put(bytes("k" + i), new byte[100]);
    }
    database.flush();
    engine.close();
    List<Path> log = sim.files().stream().filter(f -> f.toString().endsWith(".wal")).toList();
    assertThat(log).isNotEmpty();
    for (Path segment : log) {
      sim.setContents(segment, new byte[0]);
    }
    open();
    assertThat(database.count(KeyRange.all())).isEqualTo(20);
    assertThat(events).isEmpty();
    assertThat(sim.files()).doesNotContainAnyElementsOf(log);
  }

  @Test
  void aLogWithWritesThatAreInNoTableIsReadAfterAnOrderlyCloseAlso() throws IOException {
    database.put(bytes("a"), bytes("1"));
    database.flush();
    database.put(bytes("b"), bytes("2"));
    reopen();
    assertThat(value("b")).contains("2");
    assertThat(events).containsExactly("replayed 1 of d");
  }

  @Test
  void versionsAreNeverUsedTwiceAlsoWhenATailIsLost() throws IOException {
    long acknowledged = database.put(bytes("a"), bytes("1"));
    long lost;
    try (WriteBatch batch = database.newBatch()) {
      batch.put(bytes("b"), bytes("2"));
      lost = database.write(batch, Durability.OS).getFirst().version();
    }
    sim.powerLoss();
    background.kill();
    closeWhatIsDead();
    open();
    assertThat(lost).isGreaterThan(acknowledged);
    assertThat(database.put(bytes("b"), bytes("3"))).isGreaterThan(lost);
  }

  @Test
  void aClockSetBackBringsNothingBackToLife() {
    database.put(bytes("a"), bytes("1"), (byte) 0, Expiry.in(1_000), Condition.ALWAYS);
    clock.advance(1_000);
    assertThat(value("a")).isEmpty();
    clock.setWall(500_000);
    assertThat(value("a")).isEmpty();
    assertThat(database.count(KeyRange.all())).isZero();
    database.put(bytes("b"), bytes("1"));
    reopen();
    assertThat(value("a")).isEmpty();
  }

  @Test
  void aSnapshotSeesItsOwnTimeAndStateOverFlushesAndMerges() {
    database.put(bytes("a"), bytes("1"), (byte) 0, Expiry.in(1_000), Condition.ALWAYS);
    database.put(bytes("b"), bytes("1"));
    try (Snapshot snapshot = database.snapshot()) {
      clock.advance(5_000);
      database.put(bytes("b"), bytes("2"));
      database.delete(bytes("b"));
      database.compact();
      assertThat(value("a")).isEmpty();
      assertThat(value("b")).isEmpty();
      assertThat(database.get(bytes("a"), snapshot)).isPresent();
      assertThat(database.get(bytes("b"), snapshot).orElseThrow().value()).isEqualTo(bytes("1"));
      try (Cursor cursor = database.cursor(KeyRange.all(), false, snapshot)) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isFalse();
      }
    }
    database.compact();
    assertThat(database.stats().tableFiles()).isZero();
  }

  @Test
  void aConditionOnAColdKeyIsReadAheadAndKeepsTheOrder() {
    database.put(bytes("n"), bytes("41"));
    database.flush();
    assertThat(database.increment(bytes("n"), 1).number()).isEqualTo(42);
    assertThat(
            database
                .put(bytes("n"), bytes("x"), (byte) 0, Expiry.NONE, Condition.IF_ABSENT)
                .applied())
        .isFalse();
    assertThat(value("n")).contains("42");
  }

  @Test
  void anIdleDatabaseGivesItsMemoryAndItsLogBack() throws IOException {
    for (int i = 0; i < 20; i++) {
      database.put(bytes("k" + i), new byte[100]);
    }
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isPositive();
    for (int i = 0; i < 10; i++) {
      passTime(60_000);
    }
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isZero();
    assertThat(memory.allocated(MemoryTag.WAL_BUFFER))
        .as("only the manifest's")
        .isLessThanOrEqualTo(128 * 1024);
    assertThat(sim.files()).noneMatch(file -> file.toString().endsWith(".wal"));
    assertThat(database.count(KeyRange.all())).isEqualTo(20);
    database.put(bytes("again"), bytes("1"));
    reopen();
    assertThat(database.count(KeyRange.all())).isEqualTo(21);
  }

  @Test
  void expiredTablesGoAwayByThemselves() {
    for (int i = 0; i < 100; i++) {
      database.put(bytes("k" + i), new byte[100], (byte) 0, Expiry.in(1_000), Condition.ALWAYS);
    }
    database.flush();
    assertThat(database.stats().tableFiles()).isPositive();
    for (int i = 0; i < 3; i++) {
      passTime(60_000);
    }
    assertThat(database.stats().tableFiles()).isZero();
    assertThat(sim.files()).noneMatch(file -> file.toString().endsWith(".sst"));
  }

  @Test
  void aDatabaseThatGaveItsLogBackIsClosedAndOpensAgain() {
    database.put(bytes("a"), bytes("1"));
    passTime(130_000);
    passTime(130_000);
    assertThat(sim.files()).noneMatch(file -> file.toString().endsWith(".wal"));
    assertThat(database.verify().problems()).isEmpty();
    reopen();
    assertThat(value("a")).contains("1");
  }

  @Test
  void aFullDiskIsNotAskedForALogSegmentAgainAndAgain() {
    database.put(bytes("a"), bytes("1"));
    sim.setCapacity(0);
    // Ends what would go on for ever otherwise.
    vfs.fail(200, EnumSet.of(FailingVfs.Operation.CREATE), FailingVfs.Fault.ERROR, true);
    assertRefused(
        Kind.DISK_FULL, Outcome.NOT_APPLIED, () -> database.checkpoint(Path.of("/checkpoint")));
    for (int i = 0; i < 10; i++) {
      assertRefused(Kind.DISK_FULL, Outcome.NOT_APPLIED, () -> database.delete(bytes("a")));
      passTime(1_000);
    }
    assertThat(vfs.failures()).isZero();
    vfs.heal();
    sim.setCapacity(Long.MAX_VALUE);
    passTime(1_000);
    database.put(bytes("a"), bytes("2"));
    assertThat(value("a")).contains("2");
  }
}
