package io.velocitydb.engine.memtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.CursorModel;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemtableTest {
  private final NativeMemory memory = new NativeMemory();
  private final NativeBytes key = new NativeBytes(memory);
  private final NativeBytes value = new NativeBytes(memory);
  private final PointResult result = new PointResult(memory);

  @AfterEach
  void everyByteIsGivenBack() {
    key.close();
    value.close();
    result.close();
    assertThat(memory.allocated()).isZero();
  }

  private void add(Memtable table, ModelEntry entry) {
    key.set(ModelEntry.bytes(entry.key()));
    value.set(ModelEntry.bytes(entry.value()));
    table.add(
        entry.sequence(),
        entry.kind(),
        entry.encoding(),
        entry.expiresAtMs(),
        key.address(),
        key.length(),
        value.address(),
        value.length());
  }

  private Optional<ModelEntry> get(Memtable table, String wanted, long sequence) {
    key.set(ModelEntry.bytes(wanted));
    long hash = KeyHash.of(key.address(), key.length());
    return table.get(key.address(), key.length(), hash, sequence, result)
        ? Optional.of(ModelEntry.of(wanted, result))
        : Optional.empty();
  }

  private long covering(Memtable table, String wanted, long sequence) {
    key.set(ModelEntry.bytes(wanted));
    return table.coveringRangeDelete(key.address(), key.length(), sequence);
  }

  private static ModelEntry rangeDelete(String start, String end, long sequence) {
    return new ModelEntry(start, sequence, EntryKind.RANGE_DELETE, (byte) 0, 0, end);
  }

  @Test
  void anUnusedMemtableTakesNoMemory() {
    Memtable table = new Memtable(memory);
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isZero();
    assertThat(get(table, "a", 9)).isEmpty();
    assertThat(covering(table, "a", 9)).isZero();
    assertThat(table.isEmpty()).isTrue();
    assertThat(table.cursor().valid()).isFalse();
    table.release();
  }

  @Test
  void theFirstChunkIsSmall() {
    Memtable table = new Memtable(memory);
    add(table, ModelEntry.put("key", 1, "value"));
    add(table, rangeDelete("a", "b", 2));
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isEqualTo(Arena.FIRST_CHUNK);
    table.release();
  }

  @Test
  void aReadSeesTheNewestVersionThatItsSequenceAllows() {
    Memtable table = new Memtable(memory);
    add(table, ModelEntry.put("k", 3, "three"));
    add(table, new ModelEntry("k", 5, EntryKind.PUT, (byte) 2, 77, "five"));
    add(table, ModelEntry.delete("k", 8));
    assertThat(get(table, "k", 2)).isEmpty();
    assertThat(get(table, "k", 4)).contains(ModelEntry.put("k", 3, "three"));
    assertThat(get(table, "k", 7))
        .contains(new ModelEntry("k", 5, EntryKind.PUT, (byte) 2, 77, "five"));
    assertThat(get(table, "k", InternalKey.MAX_SEQUENCE)).contains(ModelEntry.delete("k", 8));
    assertThat(get(table, "", 9)).isEmpty();
    assertThat(table.minSequence()).isEqualTo(3);
    assertThat(table.maxSequence()).isEqualTo(8);
    assertThat(table.entries()).isEqualTo(3);
    table.release();
  }

  @Test
  void anOldVersionUnderThousandsOfNewOnesIsFound() {
    Memtable table = new Memtable(memory);
    for (int i = 1; i <= 5_000; i++) {
      add(table, ModelEntry.put("hot", i, "v" + i));
    }
    for (int i = 1; i <= 5_000; i += 97) {
      assertThat(get(table, "hot", i)).contains(ModelEntry.put("hot", i, "v" + i));
    }
    table.release();
  }

  @Test
  void sequencesMustAscend() {
    Memtable table = new Memtable(memory);
    add(table, ModelEntry.put("a", 5, ""));
    assertThatThrownBy(() -> add(table, ModelEntry.put("b", 5, "")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> add(table, ModelEntry.put("b", 1L << 56, "")))
        .isInstanceOf(IllegalArgumentException.class);
    table.release();
  }

  @Test
  void theLargestKeysAndValuesFit() {
    Memtable table = new Memtable(memory);
    String largeKey = "k".repeat(65_536);
    String largeValue = "v".repeat(1 << 20);
    add(table, ModelEntry.put(largeKey, 1, largeValue));
    add(table, ModelEntry.put("k".repeat(65_535), 2, ""));
    assertThat(get(table, largeKey, 9)).contains(ModelEntry.put(largeKey, 1, largeValue));
    assertThat(get(table, "k".repeat(65_535), 9)).isPresent();
    table.release();
  }

  @Test
  void aCursorKeepsTheMemory() {
    Memtable table = new Memtable(memory);
    add(table, ModelEntry.put("a", 1, "x"));
    InternalCursor cursor = table.cursor();
    table.release();
    cursor.first();
    assertThat(ModelEntry.of(cursor)).isEqualTo(ModelEntry.put("a", 1, "x"));
    cursor.close();
    cursor.close();
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isZero();
    assertThat(table.tryRetain()).isFalse();
    assertThatThrownBy(table::retain).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void readsAndCursorsAgreeWithAModel(long seed) {
    Random random = new Random(seed);
    Memtable table = new Memtable(memory);
    List<ModelEntry> entries = new ArrayList<>();
    List<ModelEntry> ranges = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      keys.add(randomText(random, 1 + random.nextInt(12)));
    }
    for (int sequence = 1; sequence <= 1500; sequence++) {
      String k = keys.get(random.nextInt(keys.size()));
      if (random.nextInt(12) == 0) {
        String end = random.nextInt(6) == 0 ? "" : keys.get(random.nextInt(keys.size()));
        ModelEntry range = rangeDelete(random.nextInt(9) == 0 ? "" : k, end, sequence);
        add(table, range);
        ranges.add(range);
      } else {
        ModelEntry entry =
            random.nextInt(5) == 0
                ? ModelEntry.delete(k, sequence)
                : new ModelEntry(
                    k,
                    sequence,
                    EntryKind.PUT,
                    (byte) random.nextInt(256),
                    random.nextLong() >>> 1,
                    randomText(random, random.nextInt(40)));
        add(table, entry);
        entries.add(entry);
      }
    }
    for (int i = 0; i < 4_000; i++) {
      String wanted =
          random.nextInt(4) == 0
              ? randomText(random, random.nextInt(5))
              : keys.get(random.nextInt(keys.size()));
      long at = random.nextInt(1600);
      Optional<ModelEntry> newest =
          entries.stream()
              .filter(e -> e.key().equals(wanted) && e.sequence() <= at)
              .reduce((a, b) -> b);
      assertThat(get(table, wanted, at)).as("seed %d", seed).isEqualTo(newest);
      long covering =
          ranges.stream()
              .filter(r -> r.sequence() <= at && covers(r, wanted))
              .mapToLong(ModelEntry::sequence)
              .max()
              .orElse(0);
      assertThat(covering(table, wanted, at)).as("seed %d", seed).isEqualTo(covering);
    }
    try (InternalCursor cursor = table.cursor()) {
      Collections.sort(entries);
      assertThat(ModelEntry.forward(cursor)).isEqualTo(entries);
      assertThat(ModelEntry.backward(cursor)).isEqualTo(entries.reversed());
      CursorModel.check(cursor, entries, keys, random, 3_000);
    }
    table.release();
  }

  private static boolean covers(ModelEntry range, String wanted) {
    return range.key().compareTo(wanted) <= 0
        && (range.value().isEmpty() || wanted.compareTo(range.value()) < 0);
  }

  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(random.nextInt(3) == 0 ? (char) random.nextInt(256) : 'a');
    }
    return text.toString();
  }

  @Test
  void keysWhoseHashesCollideAreStillFound() {
    Arena arena = new Arena(memory);
    HashIndex index = new HashIndex(arena);
    int keys = 3 * HashIndex.MAX_PROBES;
    long hash = 0x1234_5678_9ABC_DEF0L;
    int unknown = 0;
    for (int i = 0; i < keys; i++) {
      key.set("colliding " + i);
      long address = key.address();
      long node =
          EntryNode.create(
              arena, i + 1, EntryKind.PUT, (byte) 0, 0, address, key.length(), address, 0);
      index.put(node, hash);
      long found = index.find(address, key.length(), hash);
      if (found == HashIndex.UNKNOWN) {
        unknown++;
      } else {
        assertThat(found).isEqualTo(node);
      }
    }
    assertThat(unknown).isEqualTo(keys - HashIndex.MAX_PROBES);
    key.set("absent");
    assertThat(index.find(key.address(), key.length(), hash)).isEqualTo(HashIndex.UNKNOWN);
    arena.free();
  }

  @Test
  void theIndexFindsEveryKeyWhileItGrows() {
    Memtable table = new Memtable(memory);
    int keys = 200_000;
    for (int i = 1; i <= keys; i++) {
      add(table, ModelEntry.put("key" + i, i, ""));
      if (i % 37 == 0) {
        int other = 1 + (int) (i * 7919L % i);
        assertThat(get(table, "key" + other, i)).isPresent();
        assertThat(get(table, "kex" + i, i)).isEmpty();
      }
    }
    TreeSet<String> missing = new TreeSet<>();
    for (int i = 1; i <= keys; i++) {
      if (get(table, "key" + i, keys).isEmpty()) {
        missing.add("key" + i);
      }
    }
    assertThat(missing).isEmpty();
    table.release();
  }

  @Test
  void aReadAllocatesNothingOnTheHeap() {
    Memtable table = new Memtable(memory);
    for (int i = 1; i <= 1_000; i++) {
      add(table, ModelEntry.put("key" + i, i, "value" + i));
    }
    add(table, rangeDelete("key3", "key4", 1_001));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    key.set("key500");
    long found = 0;
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) {
        long hash = KeyHash.of(key.address(), key.length());
        if (table.get(key.address(), key.length(), hash, 2_000, result)) {
          found += result.valueLength();
        }
        found += table.coveringRangeDelete(key.address(), key.length(), 2_000);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(found).isEqualTo(10L * 20_000 * "value500".length());
    assertThat(least).as("bytes in 20,000 reads").isLessThan(2_000);
    table.release();
  }
}
