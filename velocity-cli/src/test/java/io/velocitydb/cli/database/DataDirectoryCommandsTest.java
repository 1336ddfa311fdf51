package io.velocitydb.cli.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoint, snapshot, ingest, compact and flush on the files of a server that does not run. */
class DataDirectoryCommandsTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void aFolderThatAServerLeft() {
    LocalServer.home(folder.resolve("home"));
    data = folder.resolve("velocitydb");
    try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
      Database database = engine.openOrCreate("orders");
      for (int i = 0; i < 1_000; i++) {
        database.put(("key" + i).getBytes(UTF_8), ("value" + i).getBytes(UTF_8));
      }
      engine.openOrCreate("other");
    }
  }

  @AfterEach
  void theOldHome() {
    LocalServer.restoreHome();
  }

  private Result run(String... arguments) {
    return new CommandLineUnderTest(folder).run(arguments);
  }

  private static long count(Path directory, String database) {
    try (Engine engine = Engine.open(directory, EngineOptions.defaults())) {
      return engine.database(database).count(KeyRange.all());
    }
  }

  @Test
  void aCheckpointIsADataDirectoryOfItsOwn() {
    Result made = run("db", "checkpoint", "copy");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.err()).contains("checkpoint of 2 databases in copy");
    Result one = run("db", "checkpoint", "one", "--database", "orders", "--output", "json");
    assertThat(one.out()).contains("\"databases\" : [ \"orders\" ]", "\"copied_bytes\" : 0");
    assertThat(one.err()).isEmpty();
    assertThat(count(folder.resolve("copy"), "orders")).isEqualTo(1_000);
    assertThat(count(folder.resolve("one"), "orders")).isEqualTo(1_000);

    Result again = run("db", "checkpoint", "copy");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("copy exists already; name a directory").hasLineCount(1);
    assertThat(run("db", "checkpoint", "x", "--database", "nothing").exitCode()).isEqualTo(3);
  }

  @Test
  void aSnapshotIsTakenInElsewhere() throws IOException {
    Result written = run("db", "snapshot", "orders", "orders.velo");
    assertThat(written.exitCode()).as(written.err()).isZero();
    assertThat(written.err()).contains("wrote 1000 entries of orders to orders.velo");
    assertThat(run("db", "snapshot", "orders", "orders.velo").err()).contains("exists already");

    assertThat(run("db", "ingest", "fresh", "orders.velo").exitCode()).isEqualTo(3);
    Result taken = run("db", "ingest", "fresh", "orders.velo", "--create", "--output", "json");
    assertThat(taken.exitCode()).as(taken.err()).isZero();
    assertThat(taken.out()).contains("\"entries\" : 1000", "\"database\" : \"fresh\"");
    assertThat(count(data, "fresh")).isEqualTo(1_000);

    byte[] bytes = Files.readAllBytes(folder.resolve("orders.velo"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("orders.velo"), bytes);
    Result damaged = run("db", "ingest", "other", "orders.velo");
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.err()).contains("orders.velo is damaged at offset").hasLineCount(1);
    assertThat(count(data, "other")).isZero();
  }

  @Test
  void tablesAreFlushedAndMerged() throws IOException {
    assertThat(run("db", "flush", "orders", "--output", "json").out())
        .contains("\"flushed\" : \"orders\"");
    Result merged = run("db", "compact", "orders");
    assertThat(merged.exitCode()).as(merged.err()).isZero();
    assertThat(merged.err()).contains("merged orders: ");
    assertThat(run("db", "compact", "nothing").exitCode()).isEqualTo(3);
    assertThat(count(data, "orders")).isEqualTo(1_000);
  }

  @Test
  void aLostManifestIsRepaired() throws IOException {
    Result nothing = run("db", "repair");
    assertThat(nothing.exitCode()).as(nothing.err()).isZero();
    assertThat(nothing.err()).contains("nothing is wrong");
    Path manifest = data.resolve("databases/000001-orders/MANIFEST");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[30] ^= 1;
    Files.write(manifest, bytes);
    assertThat(run("db", "verify").exitCode()).isEqualTo(1);

    Result repaired = run("db", "repair", "--output", "json");
    assertThat(repaired.exitCode()).as(repaired.err()).isZero();
    assertThat(repaired.out()).contains("was made anew", "lost/databases/000001-orders/MANIFEST");
    assertThat(run("db", "verify").exitCode()).isZero();
    assertThat(count(data, "orders")).isEqualTo(1_000);
  }

  @Test
  void filesAreShownInWords() {
    String orders = "velocitydb/databases/000001-orders/";
    Result manifest = run("db", "inspect", orders + "MANIFEST");
    assertThat(manifest.exitCode()).as(manifest.err()).isZero();
    assertThat(manifest.out())
        .startsWith("manifest format=")
        .contains("edit offset=", "closed=log");
    Result log = run("db", "inspect", orders + "00000001.wal");
    assertThat(log.out()).startsWith("log format=1 database=1 number=1");
    assertThat(log.out()).contains("group offset=", "put sequence=7 key=key6 value_bytes=6");
    assertThat(run("db", "snapshot", "orders", "orders.velo").exitCode()).isZero();
    Result table = run("db", "inspect", "orders.velo", "--output", "json");
    assertThat(table.out()).contains("\"what\" : \"table\"", "\"entries\" : \"1000\"");
    assertThat(table.out()).contains("\"key\" : \"key6\"");
    Result other = run("db", "inspect", "velocitydb/LOCK");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("nothing else can be shown").hasLineCount(1);
  }

  @Test
  void aFolderWithoutDataIsNotFoundAndOneInUseIsLeftAlone() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    for (List<String> command :
        List.of(
            List.of("db", "checkpoint", "x"),
            List.of("db", "snapshot", "orders", "x.velo"),
            List.of("db", "ingest", "orders", "x.velo"),
            List.of("db", "compact", "orders"),
            List.of("db", "flush", "orders"))) {
      String[] words = command.toArray(String[]::new);
      assertThat(run(plus(words, "empty")).exitCode()).as(command.toString()).isEqualTo(3);
      assertThat(folder.resolve("empty")).isEmptyDirectory();
      assertThat(run(plus(words, "nowhere")).exitCode()).as(command.toString()).isEqualTo(4);
      try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
        assertThat(engine.databases()).contains("orders");
        Result used = run(words);
        assertThat(used.exitCode()).as(command.toString()).isEqualTo(4);
        assertThat(used.err()).contains("is in use by another process").hasLineCount(1);
      }
    }
  }

  private static String[] plus(String[] words, String dataDir) {
    String[] more = java.util.Arrays.copyOf(words, words.length + 2);
    more[words.length] = "--data-dir";
    more[words.length + 1] = dataDir;
    return more;
  }
}
