package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.RepairReport;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A damaged directory opens again with what can be read, and nothing is thrown away. */
class RepairTest {
  private static final Path DATA = Path.of("/data");
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16L << 20)
          .withCompactionThreshold(100)
          .withWalSegmentBytes(64 * 1024);

  private SimVfs sim = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final FakeClock clock = new FakeClock(1_000_000);
  private StepBackground background = new StepBackground(1, clock);

  private EngineEnvironment environment() {
    return new EngineEnvironment(sim, clock, memory, background, EngineListener.NONE);
  }

  EngineOptions options() {
    return OPTIONS;
  }

  private Engine open() {
    return Engine.open(DATA, options(), environment());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Two tables and a log; the log and the second table have newer values of some keys. */
  @BeforeEach
  void aDirectoryThatAKillLeft() throws IOException {
    Engine engine = open();
    Database database = engine.createDatabase("d");
    for (int i = 0; i < 100; i++) {
      database.put(bytes("key" + i), bytes("first"));
    }
    database.flush();
    for (int i = 50; i < 150; i++) {
      database.put(bytes("key" + i), bytes("second"));
    }
    database.flush();
    for (int i = 140; i < 200; i++) {
      database.put(bytes("key" + i), bytes("third"));
    }
    engine.createDatabase("other").put(bytes("a"), bytes("1"));
    background.runAll();
    SimVfs dead = sim.copy(2);
    engine.close();
    sim = dead;
    background = new StepBackground(1, clock);
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(memory.allocated()).isZero();
    assertThat(sim.openFiles()).isEmpty();
  }

  private static String newest(int i) {
    return i < 50 ? "first" : i < 140 ? "second" : "third";
  }

  private Map<String, String> contents() {
    Map<String, String> all = new TreeMap<>();
    try (Engine engine = open()) {
      assertThat(engine.verify().problems()).isEmpty();
      try (Cursor cursor = engine.database("d").cursor(KeyRange.all(), false)) {
        while (cursor.next()) {
          all.put(new String(cursor.key(), UTF_8), new String(cursor.value(), UTF_8));
        }
      }
      engine.database("d").put(bytes("works"), bytes("again"));
    }
    return all;
  }

  private static Map<String, String> whole() {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      all.put("key" + i, newest(i));
    }
    return all;
  }

  private List<Path> files(String ending) {
    return sim.files().stream()
        .filter(file -> file.startsWith(DATA) && file.toString().endsWith(ending))
        .filter(file -> !file.toString().contains("lost"))
        .toList();
  }

  private void damage(Path file, int at) throws IOException {
    byte[] contents = sim.contents(file);
    contents[at] ^= 0x10;
    sim.setContents(file, contents);
  }

  @Test
  void whereNothingIsWrongNothingIsChanged() throws IOException {
    Map<Path, byte[]> before = new TreeMap<>();
    for (Path file : sim.files()) {
      before.put(file, sim.contents(file));
    }
    RepairReport report = Repair.run(environment(), DATA);
    assertThat(report).isEqualTo(new RepairReport(List.of(), List.of(), List.of(), List.of()));
    assertThat(sim.files()).containsExactlyElementsOf(before.keySet());
    for (Path file : sim.files()) {
      assertThat(sim.contents(file)).isEqualTo(before.get(file));
    }
  }

  @Test
  void aManifestIsMadeAnewFromTheFiles() throws IOException {
    Path manifest =
        files("MANIFEST").stream()
            .filter(p -> p.toString().contains("-d/"))
            .findFirst()
            .orElseThrow();
    damage(manifest, 40);
    RepairReport report = Repair.run(environment(), DATA);
    assertThat(report.problems()).isEmpty();
    assertThat(report.lost()).isEmpty();
    assertThat(report.done()).hasSize(1).first().asString().contains("2 tables and 1 log segments");
    assertThat(report.aside()).containsExactly(DATA.resolve("lost/databases/000001-d/MANIFEST"));
    assertThat(contents()).isEqualTo(whole());
  }

  @Test
  void aCatalogueIsMadeAnewFromTheFolders() throws IOException {
    sim.delete(DATA.resolve("CATALOGUE"));
    RepairReport report = Repair.run(environment(), DATA);
    assertThat(report.problems()).isEmpty();
    assertThat(report.done())
        .first()
        .asString()
        .contains("from the names of the folders: d, other");
    assertThat(contents()).isEqualTo(whole());
  }

  @Test
  void aDamagedTableIsLeftOutAndKept() throws IOException {
    Path second = files(".sst").get(1);
    byte[] then = sim.contents(second);
    damage(second, 30);
    RepairReport report = Repair.run(environment(), DATA);
    assertThat(report.problems()).isEmpty();
    assertThat(report.lost()).hasSize(1).first().asString().contains("the 100 entries of a table");
    assertThat(report.aside()).hasSize(2).allMatch(file -> exists(file));
    byte[] kept =
        sim.contents(
            report.aside().stream()
                .filter(file -> file.toString().endsWith(".sst"))
                .findFirst()
                .orElseThrow());
    assertThat(kept).hasSameSizeAs(then);
    Map<String, String> found = contents();
    assertThat(found).containsEntry("key60", "first").containsEntry("key150", "third");
    assertThat(found).doesNotContainKey("key120");
  }

  private boolean exists(Path file) {
    try {
      return sim.exists(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDamagedLogIsReplayedWithoutWhatDoesNotMatchAndKept() throws IOException {
    Path log =
        files(".wal").stream().filter(p -> p.toString().contains("-d/")).findFirst().orElseThrow();
    int end = sim.contents(log).length;
    byte[] contents = sim.contents(log);
    while (contents[end - 1] == 0) {
      end--;
    }
    damage(log, end - 1_000);
    RepairReport report = Repair.run(environment(), DATA);
    assertThat(report.problems()).isEmpty();
    assertThat(report.lost()).isNotEmpty();
    assertThat(report.aside()).anyMatch(file -> file.toString().endsWith(".wal"));
    Map<String, String> found = contents();
    assertThat(found).containsEntry("key199", "third").containsEntry("key10", "first");
    assertThat(found.size()).isBetween(190, 199);
  }

  @Test
  void whicheverFileIsDamagedOrGoneTheRestIsThereAndNoValueIsWrong() throws IOException {
    SimVfs healthy = sim.copy(3);
    for (Path file : healthy.files()) {
      if (file.endsWith("LOCK") || file.endsWith("RESERVE")) {
        continue;
      }
      int length = healthy.contents(file).length;
      for (int at = -1; at < length; at += Math.max(1, length / 40)) {
        sim = healthy.copy(at);
        background = new StepBackground(1, clock);
        if (at < 0) {
          sim.delete(file);
        } else {
          damage(file, at);
        }
        RepairReport report = Repair.run(environment(), DATA);
        assertThat(report.problems()).as("%s at %d", file, at).isEmpty();
        Map<String, String> found = contents();
        for (Map.Entry<String, String> entry : found.entrySet()) {
          int i = Integer.parseInt(entry.getKey().substring(3));
          assertThat(entry.getValue()).isIn("first", "second", "third");
          assertThat(i).isLessThan(200);
        }
        assertThat(found.size()).as("%s at %d", file, at).isGreaterThanOrEqualTo(100);
      }
    }
  }

  @Test
  void whatIsInUseOrNoDataDirectoryIsLeftAlone() throws IOException {
    try (Engine engine = open()) {
      assertThat(engine.databases()).hasSize(2);
      assertThatThrownBy(() -> Repair.run(environment(), DATA))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.LOCKED));
    }
    sim.createDirectories(Path.of("/nothing"));
    assertThatThrownBy(() -> Repair.run(environment(), Path.of("/nothing")))
        .hasMessageContaining("is no data directory");
    assertThat(Arrays.asList(sim.list(Path.of("/nothing")).toArray())).isEmpty();
  }
}
