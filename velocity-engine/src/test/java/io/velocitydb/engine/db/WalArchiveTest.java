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
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Progress;
import io.velocitydb.engine.RestorePoint;
import io.velocitydb.engine.Restored;
import io.velocitydb.engine.WalArchive;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FailingVfs.Fault;
import io.velocitydb.engine.faults.FailingVfs.Operation;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A checkpoint and the archived log lead to every state since. */
class WalArchiveTest {
  private static final Path DATA = Path.of("/data");
  private static final Path CHECKPOINT = Path.of("/backup/checkpoint");
  private static final Path ARCHIVE = Path.of("/archive");
  private static final Path TARGET = Path.of("/restored");

  private final SimVfs sim = new SimVfs(1);
  private final FailingVfs vfs = new FailingVfs(sim);
  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_000_000_000_000L);
  private StepBackground background = new StepBackground(1, clock);
  private final List<String> gaps = new ArrayList<>();

  /** Sequence to what the database held after it, and to the time of it. */
  private final NavigableMap<Long, Map<String, String>> states = new TreeMap<>();

  private final NavigableMap<Long, Long> times = new TreeMap<>();
  private final Map<String, String> contents = new TreeMap<>();

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(memory.allocated()).isZero();
  }

  private EngineEnvironment environment() {
    return new EngineEnvironment(
        vfs,
        clock,
        memory,
        background,
        new EngineListener() {
          @Override
          public void walArchiveGap(String database, String description) {
            gaps.add(database + ": " + description);
          }
        });
  }

  private static EngineOptions options(long maxBytes) {
    return EngineOptions.defaults()
        .withMemoryLimit(16L << 20)
        .withDurability(Durability.ALWAYS)
        .withMemtableBytes(16 * 1024)
        .withCompactionThreshold(2)
        .withBlockBytes(512)
        .withWalSegmentBytes(32 * 1024)
        .withWalArchive(new WalArchive(ARCHIVE, 1_000, maxBytes));
  }

  private Engine open() {
    return Engine.open(DATA, options(1L << 40), environment());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void put(Database database, String key, String value) {
    long version = database.put(bytes(key), bytes(value));
    contents.put(key, value);
    note(version);
  }

  private void note(long version) {
    states.put(version, Map.copyOf(contents));
    times.put(version, clock.wallMillis());
  }

  private static Map<String, String> read(Database database) {
    Map<String, String> all = new TreeMap<>();
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      while (cursor.next()) {
        all.put(new String(cursor.key(), UTF_8), new String(cursor.value(), UTF_8));
      }
    }
    return all;
  }

  private List<Path> archived() {
    return sim.files().stream()
        .filter(file -> file.startsWith(ARCHIVE) && file.toString().endsWith(".wal"))
        .toList();
  }

  /** Lets the archive's timer run, and everything else. */
  private void archive() {
    clock.advance(1_000);
    background.runAll();
    clock.advance(1_000);
    background.runAll();
  }

  private Restored.Reached restore(RestorePoint point, Path target) {
    Restored restored =
        Engine.restore(CHECKPOINT, ARCHIVE, point, target, options(1L << 40), environment());
    assertThat(restored.directory()).isEqualTo(target);
    return restored.databases().get("d");
  }

  private Map<String, String> contentsOf(Path directory) {
    EngineOptions options =
        options(1L << 40).withWalArchive(new WalArchive(Path.of("/other"), 1_000, 1L << 40));
    try (Engine engine = Engine.open(directory, options, environment())) {
      assertThat(engine.verify().problems()).isEmpty();
      return read(engine.database("d"));
    }
  }

  @Test
  void everySequenceAndEveryTimeSinceTheCheckpointCanBeReached() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      put(database, "b", "1");
      engine.checkpoint(CHECKPOINT);
      for (int i = 0; i < 40; i++) {
        clock.advance(100);
        put(database, "key" + i % 7, "value" + i);
        if (i % 10 == 3) {
          archive();
        }
      }
      archive();
    }
    int n = 0;
    for (long sequence = 2; sequence <= states.lastKey(); sequence++) {
      Path target = Path.of("/restored" + n++);
      Restored.Reached reached = restore(RestorePoint.atSequence(sequence), target);
      assertThat(reached.sequence()).isEqualTo(sequence);
      assertThat(contentsOf(target)).isEqualTo(states.get(sequence));
    }
    for (long sequence = 3; sequence < states.lastKey(); sequence += 5) {
      Path target = Path.of("/restored" + n++);
      Restored.Reached reached = restore(RestorePoint.atTime(times.get(sequence)), target);
      assertThat(reached.sequence()).isEqualTo(sequence);
      assertThat(reached.timeMs()).isEqualTo(times.get(sequence));
      assertThat(contentsOf(target)).isEqualTo(states.get(sequence));
    }
    assertThat(gaps).isEmpty();
  }

  @Test
  void versionsAfterARestoreAreAboveAllThatWereEverGivenOut() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      put(database, "a", "2");
      archive();
      for (int i = 0; i < 100; i++) {
        put(database, "a", "lost" + i);
      }
    }
    restore(RestorePoint.atSequence(2), TARGET);
    try (Engine engine =
        Engine.open(TARGET, options(1).withWalArchive(elsewhere()), environment())) {
      Database database = engine.database("d");
      assertThat(database.get(bytes("a")).orElseThrow().version()).isEqualTo(2);
      long lost = states.lastKey();
      assertThat(
              database
                  .put(bytes("a"), bytes("x"), (byte) 0, Expiry.NONE, Condition.ifVersion(lost))
                  .applied())
          .isFalse();
      assertThat(database.put(bytes("a"), bytes("y"))).isGreaterThan(lost + (1L << 39));
    }
  }

  private static WalArchive elsewhere() {
    return new WalArchive(Path.of("/elsewhere"), 1_000, 1L << 40);
  }

  @Test
  void crashesOfTheProcessAndOfTheMachineLeaveNoGap() {
    for (long seed = 0; seed < 40; seed++) {
      new WalArchiveTest().crashes(seed);
    }
  }

  private void crashes(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    Engine engine = open(random);
    Database database = engine.createDatabase("d");
    put(database, "a", "1");
    engine.checkpoint(CHECKPOINT);
    for (int life = 0; life < 4; life++) {
      for (int i = random.nextInt(200); i >= 0; i--) {
        clock.advance(random.nextInt(30));
        put(database, "key" + random.nextInt(20), seed + "-" + life + "-" + i + "x".repeat(200));
        if (random.nextInt(40) == 0) {
          archive();
        }
        if (random.nextInt(20) == 0) {
          background.steps(random.nextInt(10));
        }
      }
      if (random.nextInt(3) == 0) {
        engine.close();
      } else {
        sim.powerOff();
        leaked(engine);
        background.kill();
        if (random.nextBoolean()) {
          sim.powerLoss();
        } else {
          sim.kill();
        }
      }
      background = new StepBackground(random.nextLong(), clock);
      engine = open(random);
      database = engine.database("d");
      assertThat(read(database)).as("seed %d", seed).isEqualTo(contents);
    }
    archive();
    engine.close();
    assertThat(gaps).as("seed %d", seed).isEmpty();
    List<Long> sequences = new ArrayList<>(states.keySet());
    for (int i = 0; i < 3; i++) {
      long sequence = sequences.get(random.nextInt(sequences.size()));
      Path target = Path.of("/restored" + i);
      assertThat(restore(RestorePoint.atSequence(sequence), target).sequence())
          .as("seed %d", seed)
          .isEqualTo(sequence);
      assertThat(contentsOf(target)).as("seed %d", seed).isEqualTo(states.get(sequence));
    }
    assertThat(restore(RestorePoint.latest(), TARGET).sequence())
        .as("seed %d", seed)
        .isEqualTo(states.lastKey());
    allMemoryIsGivenBack();
  }

  private Engine open(Random random) {
    WalIo[] ways = WalIo.values();
    return Engine.open(
        DATA, options(1L << 40).withWalIo(ways[random.nextInt(ways.length)]), environment());
  }

  /** A dead process gives its memory back; here the engine's close does, on a dead file system. */
  private static void leaked(Engine engine) {
    try {
      engine.close();
    } catch (EngineException dead) {
      assertThat(dead).isNotNull();
    }
  }

  @Test
  void whatDoesNotFitIsAGapThatIsToldAndNoRestoreJumpsOver() {
    try (Engine engine = Engine.open(DATA, options(150_000), environment())) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      put(database, "a", "2");
      archive();
      put(database, "a", "3");
      archive();
      put(database, "a", "4");
      archive();
      assertThat(gaps).singleElement().asString().contains("d: ", "full", "sequence 2");
      assertThat(archived()).hasSize(2);
    }
    assertThat(restore(RestorePoint.latest(), TARGET).sequence()).isEqualTo(2);
  }

  @Test
  void aMissingSegmentIsNeverJumpedOver() throws Exception {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      for (int i = 2; i <= 4; i++) {
        put(database, "a", "" + i);
        archive();
      }
    }
    assertThat(archived()).hasSize(4);
    sim.delete(archived().get(2));
    assertThatThrownBy(() -> restore(RestorePoint.latest(), TARGET))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("gap", "sequence 2");
    assertThat(sim.exists(TARGET)).isFalse();
    assertThat(restore(RestorePoint.atSequence(2), TARGET).sequence()).isEqualTo(2);
  }

  @Test
  void damageInTheArchiveIsAnErrorOrTheRightState() throws Exception {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      put(database, "a", "2");
      put(database, "b", "3");
      archive();
    }
    Path segment = archived().getLast();
    byte[] whole = sim.contents(segment);
    int errors = 0;
    for (int at = 0; at < 220; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x20;
      sim.setContents(segment, damaged);
      Path target = Path.of("/restored" + at);
      try {
        assertThat(restore(RestorePoint.latest(), target).sequence()).isEqualTo(3);
        assertThat(contentsOf(target)).isEqualTo(contents);
      } catch (EngineException e) {
        assertThat(e.kind())
            .isIn(EngineException.Kind.CORRUPTION, EngineException.Kind.UNSUPPORTED_FORMAT);
        assertThat(sim.exists(target)).isFalse();
        errors++;
      }
    }
    assertThat(errors).isGreaterThan(120);
  }

  private void assertNotRestored(RestorePoint point, Path target, String words) {
    assertThatThrownBy(() -> restore(point, target))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aCheckpointThatIsLaterThanThePointIsRefused() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      put(database, "a", "2");
      engine.checkpoint(CHECKPOINT);
    }
    assertNotRestored(RestorePoint.atSequence(1), TARGET, "use an older checkpoint");
    assertNotRestored(RestorePoint.atTime(5), TARGET, "use an older checkpoint");
  }

  @Test
  void anArchiveThatCannotBeWrittenForAWhileHoldsNoWriteUp() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      vfs.fail(1, Set.of(Operation.LINK), Fault.IO_ERROR, true, path -> path.startsWith(DATA));
      for (int i = 2; i <= 5; i++) {
        put(database, "a", "" + i);
        archive();
      }
      assertThat(gaps).isEmpty();
      vfs.heal();
      archive();
      assertThat(gaps).isEmpty();
    }
    assertThat(restore(RestorePoint.latest(), TARGET).sequence()).isEqualTo(5);
  }

  @Test
  void anArchiveThatCannotBeWrittenForLongHasAGap() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      archive();
      vfs.fail(1, Set.of(Operation.LINK), Fault.IO_ERROR, true, path -> path.startsWith(DATA));
      for (int i = 2; i <= 30; i++) {
        put(database, "a", "" + i);
        archive();
      }
      assertThat(gaps).singleElement().asString().contains("sequence 1");
      vfs.heal();
    }
    assertNotRestored(RestorePoint.latest(), TARGET, "gap");
  }

  @Test
  void whatWasIngestedIsNotInTheLogAndNoRestoreJumpsOverIt() {
    for (boolean segmentsBetween : new boolean[] {false, true}) {
      new WalArchiveTest().ingests(segmentsBetween);
    }
  }

  private void ingests(boolean segmentsBetween) {
    Path file = Path.of("/file.velo");
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      database.snapshot(file, Progress.NONE);
      put(database, "a", "2");
      if (segmentsBetween) {
        archive();
      }
      database.ingest(file, Progress.NONE);
      put(database, "b", "3");
      archive();
      assertThat(gaps).singleElement().asString().contains("ingested");
    }
    assertNotRestored(RestorePoint.latest(), TARGET, "restore to sequence 2 at most");
    assertThat(restore(RestorePoint.atSequence(2), TARGET).sequence()).isEqualTo(2);
    allMemoryIsGivenBack();
  }

  @Test
  void anIngestBeforeTheFirstWriteOfAnOpeningIsAGapToo() {
    Path file = Path.of("/file.velo");
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      database.snapshot(file, Progress.NONE);
    }
    try (Engine engine = open()) {
      engine.database("d").ingest(file, Progress.NONE);
      put(engine.database("d"), "b", "2");
    }
    try (Engine engine = open()) {
      archive();
      assertThat(read(engine.database("d"))).isEqualTo(contents);
    }
    assertNotRestored(RestorePoint.latest(), TARGET, "gap");
  }

  @Test
  void twoHistoriesInOneArchiveAreNeverMixed() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      put(database, "a", "1");
      engine.checkpoint(CHECKPOINT);
      put(database, "a", "2");
      archive();
      put(database, "a", "3");
      archive();
    }
    restore(RestorePoint.atSequence(2), TARGET);
    try (Engine engine = Engine.open(TARGET, options(1L << 40), environment())) {
      put(engine.database("d"), "a", "another 3");
      archive();
    }
    assertNotRestored(RestorePoint.latest(), Path.of("/again"), "gap");
    assertThat(restore(RestorePoint.atSequence(3), Path.of("/again")).sequence()).isEqualTo(3);
  }
}
