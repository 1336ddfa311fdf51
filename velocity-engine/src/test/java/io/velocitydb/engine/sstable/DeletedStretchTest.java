package io.velocitydb.engine.sstable;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.ModelEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a table says of its deletes, each letter being a key: D deleted, p put, d an old version.
 */
class DeletedStretchTest {
  private final TestTables tables = new TestTables();
  private long number;

  private TableInfo write(String kinds) {
    List<ModelEntry> entries = new ArrayList<>();
    int key = 0;
    long sequence = 1_000;
    for (int i = 0; i < kinds.length(); i++) {
      char kind = kinds.charAt(i);
      boolean old = kind == 'd' || kind == 'o';
      key += old ? 0 : 1;
      byte deleted = kind == 'D' || kind == 'd' ? EntryKind.DELETE : EntryKind.PUT;
      entries.add(new ModelEntry("%03d".formatted(key), --sequence, deleted, (byte) 0, 0, ""));
    }
    TableOptions options = TableOptions.defaults().withBlockBytes(64);
    return tables.write(++number, options, entries, List.of());
  }

  private String stretch(String kinds) {
    DeletedStretch stretch = write(kinds).stretch();
    return stretch.deletes() + " " + new String(stretch.last(), StandardCharsets.UTF_8);
  }

  @Test
  void theLongestRowOfDeletesIsNoted() {
    assertThat(stretch("DDDDDD")).isEqualTo("6 006");
    assertThat(stretch("pDDDDDp")).isEqualTo("5 006");
    assertThat(stretch("DDDDpDDDDDDpDDDDDp")).isEqualTo("6 011");
    assertThat(stretch("ppDDDDDpDDDDDD")).isEqualTo("6 014");
    assertThat(stretch("DDDDDpDDDDD")).isEqualTo("5 005");
  }

  @Test
  void shortOnesAreNot() {
    assertThat(stretch("DDDpDDDpDDD")).isEqualTo("0 ");
    assertThat(stretch("ppp")).isEqualTo("0 ");
  }

  @Test
  void olderVersionsOfAKeyDoNotCount() {
    assertThat(stretch("DoDoDoDop")).isEqualTo("4 004");
    assertThat(stretch("DdDDddDp")).isEqualTo("4 004");
    assertThat(stretch("pdpdpdpdpd")).isEqualTo("0 ");
  }

  @Test
  void aPartOfATableHasItOnlyIfItIsNotCutAway() {
    TableInfo table = write("pDDDDDp");
    assertThat(table.from(ModelEntry.bytes("004")).stretch().deletes()).isEqualTo(5);
    assertThat(table.from(ModelEntry.bytes("006")).stretch().deletes()).isEqualTo(5);
    assertThat(table.from(ModelEntry.bytes("007")).stretch().isPresent()).isFalse();
  }
}
