package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FailingVfs.Fault;
import io.velocitydb.engine.faults.FailingVfs.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine promises when things go wrong, one promise at a time. */
class InvariantTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(8 << 20)
          .withMemtableBytes(16 << 10)
          .withCompression(false)
          .withCompactionThreshold(3)
          .withBlockBytes(512)
          .withWalSegmentBytes(32 << 10);

  private final Machine machine = new Machine(1);
  private Engine engine = machine.open(OPTIONS);
  private Database database = engine.createDatabase("a");

  @AfterEach
  void nothingIsLeft() {
    machine.failing.heal();
    engine.close();
    machine.demandNothingLeft();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String get(String key) {
    return database
        .get(bytes(key))
        .map(e -> new String(e.value(), StandardCharsets.UTF_8))
        .orElse("-");
  }

  private void put(String key, String value, Durability durability) {
    try (WriteBatch batch = database.newBatch()) {
      database.write(batch.put(bytes(key), bytes(value)), durability);
    }
  }

  private static boolean log(Path path) {
    return path.toString().endsWith(".wal");
  }

  private void crash(boolean powerLost) {
    machine.disk.powerOff();
    try {
      engine.close();
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(Kind.STORAGE_ERROR);
    }
    machine.comeBack(powerLost);
    engine = machine.open(OPTIONS);
    database = engine.database("a");
  }

  private void failingLogMakesReadOnly(Operation operation) {
    put("k", "old", Durability.ALWAYS);
    machine.failing.fail(1, Set.of(operation), Fault.IO_ERROR, false, InvariantTest::log);
    EngineException failure =
        catchThrowableOfType(EngineException.class, () -> put("k", "unknown", Durability.ALWAYS));
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(machine.failing.failures()).isEqualTo(1);
    long syncs = machine.failing.count(Operation.SYNC);

    for (Durability durability : Durability.values()) {
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> put("other", "x", durability))
          .satisfies(
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.READ_ONLY);
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
              });
    }
    machine.background.runAll();
    assertThat(machine.failing.count(Operation.SYNC)).as("nothing is tried again").isEqualTo(syncs);
    assertThat(get("k")).as("the unknown write is never shown").isEqualTo("old");
    assertThat(get("other")).isEqualTo("-");
    assertThat(database.stats().writable()).isFalse();
    assertThat(database.stats().notWritableReason()).contains("reopen");

    engine.close();
    machine.disk.powerLoss();
    engine = machine.open(OPTIONS);
    database = engine.database("a");
    assertThat(get("k")).isIn("old", "unknown");
    put("k", "new", Durability.ALWAYS);
    assertThat(get("k")).isEqualTo("new");
  }

  @Test
  void aFailedSyncOfTheLogEndsWritingUntilReopened() {
    failingLogMakesReadOnly(Operation.SYNC);
  }

  @Test
  void aFailedWriteOfTheLogEndsWritingUntilReopened() {
    failingLogMakesReadOnly(Operation.WRITE);
  }

  @Test
  void anEarlierWriteWithoutSyncIsNotLostByALaterFailure() {
    put("os", "kept", Durability.OS);
    machine.failing.fail(1, Set.of(Operation.SYNC), Fault.IO_ERROR, false, InvariantTest::log);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> put("k", "unknown", Durability.ALWAYS));
    crash(false);
    assertThat(get("os")).isEqualTo("kept");
  }

  @Test
  void whatIsNotDurableYetIsNotVisible() {
    put("k", "old", Durability.ALWAYS);
    Submitted always = new Submitted();
    Submitted os = new Submitted();
    try (WriteBatch first = database.newBatch();
        WriteBatch second = database.newBatch()) {
      database.submit(first.put(bytes("k"), bytes("new")), Durability.ALWAYS, always);
      database.submit(second.put(bytes("k"), bytes("newer")), Durability.OS, os);
      assertThat(always.ended).as("nothing has synced yet").isFalse();
      assertThat(os.ended).as("it waits for the one before").isFalse();
      assertThat(get("k")).isEqualTo("old");
      machine.background.runAll();
      assertThat(always.ended && os.ended).isTrue();
      assertThat(get("k")).isEqualTo("newer");
    }
  }

  private static final class Submitted implements io.velocitydb.engine.WriteCompletion {
    private boolean ended;

    @Override
    public void completed(java.util.List<io.velocitydb.engine.OperationResult> results) {
      ended = true;
    }

    @Override
    public void failed(EngineException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void aFullDiskRefusesBeforeASequenceIsTakenAndLeavesDeletesPossible() {
    Random random = new Random(1);
    put("first", "x", Durability.ALWAYS);
    machine.background.runAll();
    machine.disk.setCapacity(machine.disk.usedBytes() + (100 << 10));
    long written = 0;
    EngineException full = null;
    while (full == null && written < 10_000) {
      byte[] value = new byte[500];
      random.nextBytes(value);
      try {
        database.put(bytes("key" + written), value);
        written++;
      } catch (EngineException e) {
        full = e;
      }
    }
    assertThat(full).isNotNull();
    assertThat(full.kind()).isEqualTo(Kind.DISK_FULL);
    assertThat(full.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    long sequence = database.stats().lastSequence();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> put("again", "x".repeat(500), Durability.ALWAYS))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DISK_FULL));
    assertThat(database.stats().lastSequence()).as("no sequence was taken").isEqualTo(sequence);

    for (long i = 0; i < written; i++) {
      database.delete(bytes("key" + i));
    }
    machine.background.runAll();
    assertThat(get("first")).isEqualTo("x");
    machine.disk.setCapacity(Long.MAX_VALUE);
    machine.clock.advance(60_000);
    machine.background.runAll();
    put("after", "space is back", Durability.ALWAYS);
    assertThat(get("after")).isEqualTo("space is back");
    assertThat(get("key0")).isEqualTo("-");
  }

  @Test
  void aFullDiskIsNotTriedAgainWithoutEnd() throws IOException {
    engine.close();
    machine.disk.delete(Machine.DIRECTORY.resolve("RESERVE"));
    machine.disk.setCapacity(machine.disk.usedBytes() + (300 << 10));
    engine =
        machine.open(
            EngineOptions.defaults()
                .withMemoryLimit(8 << 20)
                .withDurability(Durability.OS)
                .withMemtableBytes(1 << 20)
                .withCompression(false)
                .withCompactionThreshold(3)
                .withBlockBytes(512)
                .withWalSegmentBytes(64 << 10));
    database = engine.database("a");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                put("key" + i, "v".repeat(500), Durability.OS);
              }
            })
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DISK_FULL));
    long changes = machine.disk.changes();
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> machine.background.runAll());
    assertThat(machine.disk.changes() - changes).as("changes tried").isLessThan(1_000);
    machine.disk.setCapacity(Long.MAX_VALUE);
    machine.clock.advance(60_000);
    machine.background.runAll();
    put("after", "space is back", Durability.ALWAYS);
  }

  @Test
  void aClockSetBackAcrossACrashRevivesNothing() {
    database.put(bytes("k"), bytes("v"), (byte) 0, Expiry.in(1_000), Condition.ALWAYS);
    long start = machine.clock.wallMillis();
    machine.clock.advance(5_000);
    assertThat(get("k")).isEqualTo("-");
    put("other", "x", Durability.ALWAYS);
    machine.clock.setWall(start);
    assertThat(get("k")).isEqualTo("-");
    crash(true);
    assertThat(get("k")).isEqualTo("-");
    try (Snapshot snapshot = database.snapshot()) {
      assertThat(snapshot.timeMs()).isGreaterThanOrEqualTo(start + 5_000);
    }
    engine.close();
    engine = machine.open(OPTIONS);
    database = engine.database("a");
    assertThat(get("k")).isEqualTo("-");
  }

  @Test
  void theDirectoryBelongsToOneEngine() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> machine.open(OPTIONS))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED));
    put("k", "v", Durability.ALWAYS);
    assertThat(get("k")).isEqualTo("v");
  }

  @Test
  void aDroppedDatabaseGivesItsSpaceBack() {
    machine.background.runAll();
    long before = machine.disk.usedBytes();
    int files = machine.disk.files().size();
    Database other = engine.createDatabase("other");
    for (int i = 0; i < 300; i++) {
      other.put(bytes("k" + i), new byte[500]);
    }
    assertThat(machine.disk.usedBytes()).isGreaterThan(before + 100_000);
    engine.dropDatabase("other");
    machine.background.runAll();
    assertThat(machine.disk.files()).hasSizeLessThanOrEqualTo(files);
    assertThat(machine.disk.usedBytes()).isLessThanOrEqualTo(before + 8_192);
  }

  @Test
  void overwrittenEntriesAndReleasedSnapshotsGiveTheirSpaceBack() {
    byte[] value = new byte[500];
    new Random(1).nextBytes(value);
    Snapshot snapshot = database.snapshot();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 40; i++) {
        database.put(bytes("k" + i), value);
      }
      database.flush();
    }
    snapshot.close();
    database.compact();
    machine.background.runAll();
    long tables =
        machine.disk.files().stream()
            .filter(path -> path.toString().endsWith(".sst"))
            .mapToLong(path -> size(path))
            .sum();
    assertThat(tables).as("bytes of 40 entries of 500").isLessThan(3 * 40 * 500);
  }

  private long size(Path path) {
    try {
      return machine.disk.size(path);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aBatchIsWholeAfterAPowerLossAtAnyMoment() {
    for (int changes = 1; changes < 40; changes++) {
      machine.disk.powerOffAfter(changes);
      String value = "round " + changes;
      try (WriteBatch batch = database.newBatch()) {
        for (int i = 0; i < 30; i++) {
          batch.put(bytes("k" + i), bytes(value + "x".repeat(100)));
        }
        database.write(batch, Durability.ALWAYS);
        database.flush();
      } catch (EngineException e) {
        assertThat(machine.disk.isOff()).isTrue();
      }
      crash(true);
      String first = get("k0");
      for (int i = 1; i < 30; i++) {
        assertThat(get("k" + i)).isEqualTo(first);
      }
    }
  }

  @Test
  void aVersionIsNeverUsedTwiceThoughItsWriteWasLost() {
    long highest = 0;
    for (int round = 0; round < 30; round++) {
      for (int i = 0; i < 3; i++) {
        try (WriteBatch batch = database.newBatch()) {
          long version =
              database
                  .write(batch.put(bytes("k"), bytes("v" + i)), Durability.OS)
                  .getFirst()
                  .version();
          assertThat(version).isGreaterThan(highest);
          highest = version;
        }
      }
      crash(true);
      Optional<Entry> entry = database.get(bytes("k"));
      assertThat(entry.map(Entry::version).orElse(0L)).isLessThanOrEqualTo(highest);
    }
  }

  @Test
  void aDatabaseThatGaveItsLogBackIsCleanAndOpensAgain() {
    put("k", "v", Durability.ALWAYS);
    for (int i = 0; i < 6; i++) {
      machine.clock.advance(125_000);
      machine.background.runAll();
    }
    assertThat(machine.disk.files()).noneMatch(InvariantTest::log);
    assertThat(database.verify().problems()).isEmpty();
    engine.close();
    engine = machine.open(OPTIONS);
    database = engine.database("a");
    assertThat(get("k")).isEqualTo("v");
    put("k", "w", Durability.ALWAYS);
    crash(true);
    assertThat(get("k")).isEqualTo("w");
  }
}
