package io.velocitydb.engine.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.LoggedErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A directory of which one database is damaged, in the middle of others. */
class DamagedDatabaseTest {
  private static final EngineOptions OPTIONS = EngineOptions.defaults().withMemoryLimit(8 << 20);

  private final Machine machine = new Machine(1);
  private final List<String> told = new ArrayList<>();

  /** The databases a, b and c, each with an entry in a table and one in its log. */
  @BeforeEach
  void threeDatabases() {
    try (Engine engine = machine.open(OPTIONS)) {
      for (String name : List.of("a", "b", "c")) {
        Database database = engine.createDatabase(name);
        database.put("k".getBytes(UTF_8), name.getBytes(UTF_8));
        database.flush();
        database.put("l".getBytes(UTF_8), name.getBytes(UTF_8));
      }
    }
  }

  @AfterEach
  void nothingIsLeft() {
    machine.demandNothingLeft();
    LoggedErrors.take();
  }

  private List<Path> filesOf(String database) {
    return machine.disk.files().stream()
        .filter(file -> file.toString().contains("-" + database + "/"))
        .toList();
  }

  private void damage(Path file) throws IOException {
    byte[] contents = machine.disk.contents(file);
    contents[30] ^= 1;
    machine.disk.setContents(file, contents);
  }

  private Path manifestOf(String database) {
    return filesOf(database).stream().filter(f -> f.endsWith("MANIFEST")).findFirst().orElseThrow();
  }

  private Engine openAsFarAsPossible() {
    return Engine.open(
        Machine.DIRECTORY,
        OPTIONS,
        new EngineEnvironment(
            machine.failing,
            machine.clock,
            machine.memory,
            machine.background,
            new EngineListener() {
              @Override
              public void unavailable(String database, EngineException reason) {
                told.add(database + ": " + reason.getMessage());
              }
            }));
  }

  private static void demandUsable(Engine engine, String name) {
    Database database = engine.database(name);
    for (String key : List.of("k", "l")) {
      assertThat(database.get(key.getBytes(UTF_8)).orElseThrow().value())
          .isEqualTo(name.getBytes(UTF_8));
    }
    database.put("new".getBytes(UTF_8), new byte[10]);
    database.flush();
    assertThat(database.count(KeyRange.all())).isEqualTo(3);
    database.delete("new".getBytes(UTF_8));
  }

  @Test
  void theOthersAreOpenedAndSayWhatIsWrongWithIt() throws IOException {
    damage(manifestOf("b"));
    try (Engine engine = openAsFarAsPossible()) {
      assertThat(engine.databases()).containsExactly("a", "b", "c");
      demandUsable(engine, "a");
      demandUsable(engine, "c");
      assertThat(engine.stats().databases()).isEqualTo(3);
      assertThat(engine.stats().unavailable()).containsOnlyKeys("b");
      assertThat(engine.stats().unavailable().get("b"))
          .contains(manifestOf("b").toString())
          .contains("restore");
      assertThat(told).singleElement().asString().startsWith("b: database \"b\" was not opened");
      assertThat(LoggedErrors.take()).singleElement().asString().contains("MANIFEST");
      assertThat(engine.verify().clean()).isFalse();
    }
  }

  @Test
  void everyOperationAnswersTheErrorAndTheRemedy() throws IOException {
    damage(manifestOf("b"));
    try (Engine engine = openAsFarAsPossible()) {
      Database b = engine.database("b");
      byte[] key = "k".getBytes(UTF_8);
      List<Consumer<Database>> operations =
          List.of(
              d -> d.get(key),
              d -> d.put(key, key),
              d -> d.delete(key),
              d -> d.increment(key, 1),
              d -> d.cursor(KeyRange.all(), false),
              Database::snapshot,
              d -> d.count(KeyRange.all()),
              d -> d.estimateCount(KeyRange.all()),
              Database::flush,
              Database::compact,
              d -> {
                try (WriteBatch batch = d.newBatch()) {
                  d.write(batch.put(key, key), Durability.OS);
                }
              });
      for (Consumer<Database> operation : operations) {
        EngineException e = catchThrowableOfType(EngineException.class, () -> operation.accept(b));
        assertThat(e.kind()).isEqualTo(Kind.CORRUPTION);
        assertThat(e).hasMessageContaining("MANIFEST").hasMessageContaining("restore");
      }
      CompletableFuture<EngineException> failure = new CompletableFuture<>();
      try (WriteBatch batch = b.newBatch()) {
        b.submit(
            batch.put(key, key),
            Durability.OS,
            new WriteCompletion() {
              @Override
              public void completed(List<OperationResult> results) {
                failure.completeExceptionally(new AssertionError("written"));
              }

              @Override
              public void failed(EngineException why) {
                failure.complete(why);
              }
            });
      }
      assertThat(failure.join().kind()).isEqualTo(Kind.CORRUPTION);
      assertThat(b.stats().writable()).isFalse();
      assertThat(b.stats().notWritableReason()).contains("MANIFEST");
      assertThat(b.verify().problems()).singleElement().asString().contains("MANIFEST");
    }
  }

  @Test
  void itCanBeDroppedAndMadeAnewWithVersionsThatItNeverHad() throws IOException {
    long version;
    try (Engine engine = machine.open(OPTIONS)) {
      version = engine.database("b").get("l".getBytes(UTF_8)).orElseThrow().version();
    }
    damage(manifestOf("b"));
    try (Engine engine = openAsFarAsPossible()) {
      engine.dropDatabase("b");
      assertThat(filesOf("b")).isEmpty();
      assertThat(engine.databases()).containsExactly("a", "c");
      assertThat(engine.stats().unavailable()).isEmpty();
      Database b = engine.createDatabase("b");
      b.put("l".getBytes(UTF_8), new byte[1]);
      assertThat(b.get("l".getBytes(UTF_8)).orElseThrow().version()).isGreaterThan(version);
    }
    try (Engine engine = machine.open(OPTIONS)) {
      assertThat(engine.databases()).containsExactly("a", "b", "c");
    }
  }

  @Test
  void whateverFileOfItIsMissingTheOthersAreOpened() throws IOException {
    List<Path> files = filesOf("b");
    assertThat(files).hasSizeGreaterThanOrEqualTo(3);
    for (Path file : files) {
      byte[] contents = machine.disk.contents(file);
      machine.disk.delete(file);
      try (Engine engine = openAsFarAsPossible()) {
        demandUsable(engine, "a");
        demandUsable(engine, "c");
        if (engine.stats().unavailable().isEmpty()) {
          assertThat(file.toString()).as("only an unused segment can be missed").endsWith(".wal");
        }
      }
      if (machine.disk.files().contains(file)) {
        continue;
      }
      try (var created = machine.disk.open(file, io.velocitydb.engine.vfs.Vfs.Mode.CREATE)) {
        assertThat(created.size()).isZero();
      }
      machine.disk.setContents(file, contents);
    }
  }

  @Test
  void itsWholeDirectoryMayBeMissing() throws IOException {
    Path directory = manifestOf("b").getParent();
    for (Path file : filesOf("b")) {
      machine.disk.delete(file);
    }
    machine.disk.delete(directory);
    try (Engine engine = openAsFarAsPossible()) {
      demandUsable(engine, "a");
      assertThatThrownBy(() -> engine.database("b").get(new byte[1]))
          .hasMessageContaining("MANIFEST is missing");
      engine.dropDatabase("b");
    }
    machine.open(OPTIONS).close();
  }

  @Test
  void aFileThatTheSystemRefusesToReadConcernsItsDatabaseAlone() {
    machine.failing.fail(
        1,
        FailingVfs.ALL,
        FailingVfs.Fault.IO_ERROR,
        true,
        path -> path.toString().contains("-b/"));
    try (Engine engine = openAsFarAsPossible()) {
      demandUsable(engine, "a");
      demandUsable(engine, "c");
      EngineException e =
          catchThrowableOfType(
              EngineException.class, () -> engine.database("b").get(new byte[] {1}));
      assertThat(e.kind()).isEqualTo(Kind.STORAGE_ERROR);
    }
    machine.failing.heal();
    try (Engine engine = machine.open(OPTIONS)) {
      demandUsable(engine, "b");
    }
  }
}
