package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file holds is shown as it is. */
class InspectionTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      return files.filter(file -> file.getFileName().toString().endsWith(end)).sorted().toList();
    }
  }

  private static List<Inspected> inspect(Path file) {
    List<Inspected> shown = new ArrayList<>();
    Engine.inspect(file, shown::add);
    return shown;
  }

  private static List<Inspected> of(List<Inspected> shown, String what) {
    return shown.stream().filter(each -> each.what().equals(what)).toList();
  }

  private static void deleteRange(Database database, KeyRange range) {
    try (WriteBatch batch = database.newBatch()) {
      batch.deleteRange(range);
      database.write(batch, Durability.OS);
    }
  }

  /** Two flushed versions of a large value, deletes of a key and of ranges, and one in the log. */
  private void write() {
    EngineOptions options = EngineOptions.defaults().withMemoryLimit(16 << 20).withBlobBytes(100);
    try (Engine engine = Engine.open(folder.resolve("data"), options)) {
      Database database = engine.createDatabase("shown");
      database.put(bytes("large"), new byte[5_000]);
      database.put(bytes("small"), bytes("value"));
      database.put(bytes("zone"), bytes("value"));
      database.flush();
      try (Snapshot before = database.snapshot()) {
        assertThat(before.sequence()).isEqualTo(3);
        database.delete(bytes("zone"));
        deleteRange(database, KeyRange.of(bytes("a"), bytes("m")));
        deleteRange(database, KeyRange.of(bytes("k"), bytes("z")));
        database.flush();
      }
      database.put(bytes("logged"), bytes("not flushed"));
    }
  }

  @Test
  void aTableShowsWhereLargeValuesLie() throws IOException {
    write();
    List<Inspected> shown = inspect(files(".sst").getFirst());
    assertThat(of(shown, "table")).hasSize(1);
    assertThat(of(shown, "blob"))
        .singleElement()
        .satisfies(
            blob -> {
              assertThat(blob.fields()).containsEntry("key", "large");
              assertThat(blob.fields()).containsEntry("value_bytes", "5000");
              assertThat(files(".blob").getFirst().getFileName().toString())
                  .contains(blob.fields().get("blob_file") + ".blob");
            });
    assertThat(of(shown, "put"))
        .extracting(put -> put.fields().get("key"), put -> put.fields().get("value_bytes"))
        .containsExactly(tuple("small", "5"), tuple("zone", "5"));
  }

  @Test
  void aTableShowsWhatRangesItDeletes() throws IOException {
    write();
    List<Inspected> shown = inspect(files(".sst").getLast());
    assertThat(of(shown, "delete"))
        .singleElement()
        .satisfies(delete -> assertThat(delete.fields()).containsEntry("key", "zone"));
    assertThat(of(shown, "range_delete"))
        .extracting(
            range -> range.fields().get("from") + ".." + range.fields().get("to"),
            range -> range.fields().get("sequences"))
        .containsExactly(tuple("a..k", "[5]"), tuple("k..z", "[6]"));
  }

  @Test
  void aManifestShowsWhichBlobsCameAndWhoRefersToThem() throws IOException {
    write();
    List<Inspected> edits = of(inspect(files("MANIFEST").getFirst()), "edit");
    assertThat(edits)
        .anySatisfy(
            edit -> {
              assertThat(edit.fields().get("blobs_added")).contains("number=");
              assertThat(edit.fields().keySet())
                  .anyMatch(field -> field.startsWith("blobs_of_table_"));
            });
    assertThat(edits).allSatisfy(edit -> assertThat(edit.fields()).doesNotContainKey("malformed"));
  }

  @Test
  void aLogShowsWhatIsNotInTables() throws IOException {
    write();
    assertThat(files(".wal"))
        .anySatisfy(
            file ->
                assertThat(of(inspect(file), "put"))
                    .anySatisfy(put -> assertThat(put.fields()).containsEntry("key", "logged")));
  }

  @Test
  void anythingElseIsRefusedInOneLine() throws IOException {
    write();
    Path blob = files(".blob").getFirst();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> inspect(blob))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID_ARGUMENT))
        .withMessageContaining("nothing else can be shown");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> inspect(folder.resolve("missing.sst")))
        .withMessageContaining("there is no file");
  }
}
