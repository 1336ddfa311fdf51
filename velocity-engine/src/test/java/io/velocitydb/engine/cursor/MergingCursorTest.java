package io.velocitydb.engine.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.sstable.RunCursor;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableOptions;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.sstable.TestTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergingCursorTest {
  private final TestTables tables = new TestTables();
  private final Map<Long, TableReader> readers = new HashMap<>();

  private TableReader open(TableInfo info) {
    TableReader reader = readers.computeIfAbsent(info.fileNumber(), tables::open);
    reader.retain();
    return reader;
  }

  /** A run of several tables, split between keys. */
  private InternalCursor run(long firstNumber, List<ModelEntry> entries, Random random) {
    List<TableInfo> infos = new ArrayList<>();
    List<ModelEntry> part = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      part.add(entries.get(i));
      boolean last = i + 1 == entries.size();
      if (last
          || (!entries.get(i + 1).key().equals(entries.get(i).key()) && random.nextInt(5) == 0)) {
        TableOptions options = TableOptions.defaults().withBlockBytes(16 + random.nextInt(200));
        infos.add(tables.write(firstNumber + infos.size(), options, part, List.of()));
        part.clear();
      }
    }
    return new RunCursor(new SortedRun(infos), this::open, CacheUse.BYPASS);
  }

  private InternalCursor memtable(List<ModelEntry> entries) {
    List<ModelEntry> bySequence = new ArrayList<>(entries);
    bySequence.sort(java.util.Comparator.comparingLong(ModelEntry::sequence));
    Memtable memtable = new Memtable(tables.memory);
    try (NativeBytes key = new NativeBytes(tables.memory);
        NativeBytes value = new NativeBytes(tables.memory)) {
      for (ModelEntry entry : bySequence) {
        key.set(ModelEntry.bytes(entry.key()));
        value.set(ModelEntry.bytes(entry.value()));
        memtable.add(
            entry.sequence(),
            entry.kind(),
            entry.encoding(),
            entry.expiresAtMs(),
            key.address(),
            key.length(),
            value.address(),
            value.length());
      }
    }
    InternalCursor cursor = memtable.cursor();
    memtable.release();
    return cursor;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyMovesAgreeWithAModel(long seed) {
    Random random = new Random(seed);
    int sources = 1 + random.nextInt(6);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      keys.add(Integer.toString(random.nextInt(4000), 6));
    }
    TreeSet<ModelEntry> all = new TreeSet<>();
    List<TreeSet<ModelEntry>> parts = new ArrayList<>();
    for (int i = 0; i < sources; i++) {
      parts.add(new TreeSet<>());
    }
    for (int sequence = 1; sequence < 300; sequence++) {
      String key = keys.get(random.nextInt(keys.size()));
      ModelEntry entry =
          random.nextInt(4) == 0
              ? ModelEntry.delete(key, sequence)
              : ModelEntry.put(key, sequence, "v" + sequence);
      all.add(entry);
      parts.get(random.nextInt(sources)).add(entry);
    }
    List<InternalCursor> cursors = new ArrayList<>();
    for (int i = 0; i < sources; i++) {
      List<ModelEntry> part = List.copyOf(parts.get(i));
      cursors.add(i % 2 == 0 ? run(1000 * i + 1, part, random) : memtable(part));
    }
    cursors.add(InternalCursor.EMPTY);
    List<ModelEntry> entries = List.copyOf(all);
    try (MergingCursor merged = new MergingCursor(tables.memory, cursors)) {
      assertThat(ModelEntry.forward(merged)).as("seed %d", seed).isEqualTo(entries);
      assertThat(ModelEntry.backward(merged)).as("seed %d", seed).isEqualTo(entries.reversed());
      CursorModel.check(merged, entries, keys, random, 5_000);
    }
    readers.values().forEach(TableReader::release);
    assertThat(tables.memory.allocated()).isZero();
    assertThat(tables.vfs.openFiles()).isEmpty();
  }

  @Test
  void nothingMergedIsNothing() {
    try (MergingCursor merged = new MergingCursor(tables.memory, List.of())) {
      merged.first();
      assertThat(merged.valid()).isFalse();
      merged.last();
      assertThat(merged.valid()).isFalse();
      assertThat(merged.maxSequence()).isZero();
    }
  }
}
