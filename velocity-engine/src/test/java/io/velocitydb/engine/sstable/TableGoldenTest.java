package io.velocitydb.engine.sstable;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.rangedelete.RangeFragment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tables of each version as they were first written. They must open for ever, and an uncompressed
 * one must be written with the same bytes (compressors may change theirs).
 */
class TableGoldenTest {
  private static final List<ModelEntry> ENTRIES =
      List.of(
          new ModelEntry("apple", 9, EntryKind.PUT, (byte) 1, 0, "red"),
          new ModelEntry("apple", 4, EntryKind.PUT, (byte) 0, 0, "green and then green again"),
          ModelEntry.delete("applet", 5),
          new ModelEntry("banana", 6, EntryKind.PUT, (byte) 2, 1_800_000_000_000L, "{\"a\":1}"),
          new ModelEntry("band", 7, EntryKind.PUT, (byte) 0, 1_700_000_000_000L, ""),
          new ModelEntry("bandage", 8, EntryKind.PUT, (byte) 0, 0, "x".repeat(150)),
          ModelEntry.put("zebra", 1, "last"));
  private static final List<RangeFragment> FRAGMENTS =
      List.of(
          TestTables.fragment("b", "bb", 12, 3),
          TestTables.fragment("bb", "c", 3),
          TestTables.fragment("x", "", 2));

  private final TestTables tables = new TestTables();

  @ParameterizedTest
  @EnumSource(BlockCompression.class)
  void aTableOfVersion1OpensForEver(BlockCompression compression) throws IOException {
    check("table-v1-", new TableOptions(192, 3, true, 0.01, compression, 0), ENTRIES);
  }

  /** So many keys, and so good a filter, that there are a few partitions of each. */
  @ParameterizedTest
  @EnumSource(BlockCompression.class)
  void aTableOfVersion2OpensForEver(BlockCompression compression) throws IOException {
    List<ModelEntry> entries = new ArrayList<>(ENTRIES);
    for (int i = 10; i < 30; i++) {
      entries.add(ModelEntry.put("zoo" + i, i, "animal " + i));
    }
    check("table-v2-", new TableOptions(192, 3, true, 1e-9, compression, 100), entries);
  }

  private void check(String prefix, TableOptions options, List<ModelEntry> entries)
      throws IOException {
    BlockCompression compression = options.compression();
    String name = prefix + compression.name().toLowerCase(Locale.ROOT) + ".hex";
    final TableInfo info = tables.write(1, options, entries, FRAGMENTS);
    byte[] written = tables.vfs.contents(TestTables.path(1));
    byte[] golden;
    try (InputStream in = TableGoldenTest.class.getResourceAsStream(name)) {
      if (in == null) {
        Path made = Path.of("target", name);
        Files.writeString(made, dump(written));
        throw new AssertionError("no " + name + "; what is written now lies in " + made);
      }
      golden = parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
    if (compression == BlockCompression.NONE) {
      assertThat(dump(written)).isEqualTo(dump(golden));
    }
    tables.vfs.setContents(TestTables.path(1), golden);
    read(tables.open(1), entries);
    if (golden.length == written.length) {
      read(tables.open(info, TestTables.NO_ROOM, null), entries);
    }
    assertThat(tables.memory.allocated()).isZero();
  }

  private void read(TableReader table, List<ModelEntry> entries) {
    assertThat(table.verify()).isEqualTo(entries.size());
    try (InternalCursor cursor = table.cursor(CacheUse.BYPASS);
        NativeBytes key = new NativeBytes(tables.memory)) {
      assertThat(ModelEntry.forward(cursor)).isEqualTo(entries);
      key.set("banana");
      assertThat(table.coveringRangeDelete(key.address(), key.length(), 99)).isEqualTo(12);
      assertThat(table.coveringRangeDelete(key.address(), key.length(), 11)).isEqualTo(3);
      key.set("zz");
      assertThat(table.coveringRangeDelete(key.address(), key.length(), 99)).isEqualTo(2);
    }
    table.release();
  }

  private static String dump(byte[] bytes) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 16) {
      HexFormat.ofDelimiter(" ")
          .formatHex(lines, bytes, i, Math.min(bytes.length, i + 16))
          .append('\n');
    }
    return lines.toString();
  }

  private static byte[] parse(String text) {
    return HexFormat.ofDelimiter(" ").parseHex(text.strip().replace('\n', ' '));
  }
}
