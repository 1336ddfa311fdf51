package io.velocitydb.engine.memtable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cursor.CursorModel;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayBufferTest {
  private final NativeMemory memory = new NativeMemory();
  private final NativeBytes key = new NativeBytes(memory);
  private final NativeBytes value = new NativeBytes(memory);

  @AfterEach
  void everyByteIsGivenBack() {
    key.close();
    value.close();
    assertThat(memory.allocated()).isZero();
  }

  private void add(ReplayBuffer buffer, ModelEntry entry) {
    key.set(ModelEntry.bytes(entry.key()));
    value.set(ModelEntry.bytes(entry.value()));
    buffer.add(
        entry.sequence(),
        entry.kind(),
        entry.encoding(),
        entry.expiresAtMs(),
        key.address(),
        key.length(),
        value.address(),
        value.length());
  }

  private void entriesComeInOrder(
      String prefix, int count, Random random, IntFunction<String> keyOf) {
    try (ReplayBuffer buffer = new ReplayBuffer(memory, prefix.getBytes(UTF_8))) {
      List<ModelEntry> entries = new ArrayList<>();
      List<String> keys = new ArrayList<>();
      for (int sequence = 1; sequence <= count; sequence++) {
        String k = keyOf.apply(sequence);
        ModelEntry entry =
            random.nextInt(5) == 0
                ? ModelEntry.delete(k, sequence)
                : new ModelEntry(k, sequence, EntryKind.PUT, (byte) 1, sequence, "v" + sequence);
        add(buffer, entry);
        entries.add(entry);
        keys.add(k);
      }
      Collections.sort(entries);
      try (InternalCursor cursor = buffer.cursor()) {
        assertThat(ModelEntry.forward(cursor)).isEqualTo(entries);
        assertThat(ModelEntry.backward(cursor)).isEqualTo(entries.reversed());
        if (count > 0) {
          CursorModel.check(cursor, entries, keys, random, 500);
        }
      }
      assertThat(buffer.maxSequence()).isEqualTo(count);
      assertThat(buffer.isEmpty()).isEqualTo(count == 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "15", "16", "17", "31", "33", "1000", "5000"})
  void whateverOrderTheyArriveInEntriesComeInTheirs(int count) {
    Random random = new Random(count);
    for (String expected : List.of("", "user:", "nothing begins with this", "user:0000")) {
      entriesComeInOrder(expected, count, random, i -> "user:" + random.nextInt(count));
      entriesComeInOrder(expected, count, random, i -> "user:%06d".formatted(i));
      entriesComeInOrder(expected, count, random, i -> "user:%06d".formatted(count - i));
      entriesComeInOrder(expected, count, random, i -> "one key");
      entriesComeInOrder(
          expected, count, random, i -> "a\0".repeat(random.nextInt(8)) + "u".repeat(i % 3));
    }
  }

  @Test
  void thePrefixThatMostKeysShareIsFound() {
    try (ReplayBuffer buffer = new ReplayBuffer(memory, new byte[0])) {
      assertThat(buffer.sharedPrefix()).isEmpty();
      Random random = new Random(7);
      for (int i = 1; i <= 1_000; i++) {
        String k = i % 20 == 0 ? "" + random.nextInt() : "order:%08d".formatted(random.nextInt(99));
        add(buffer, ModelEntry.put(k, i, ""));
      }
      assertThat(new String(buffer.sharedPrefix(), UTF_8)).isEqualTo("order:000000");
    }
  }

  @Test
  void rangeTombstonesAreKeptBesideTheEntries() {
    try (ReplayBuffer buffer = new ReplayBuffer(memory, new byte[0])) {
      assertThat(buffer.rangeTombstones()).isSameAs(RangeTombstones.NONE);
      add(buffer, ModelEntry.put("b", 1, "x"));
      add(buffer, new ModelEntry("a", 2, EntryKind.RANGE_DELETE, (byte) 0, 0, "c"));
      key.set("b");
      assertThat(buffer.rangeTombstones().covering(key.address(), key.length(), 9)).isEqualTo(2);
      assertThat(buffer.maxSequence()).isEqualTo(2);
      try (InternalCursor cursor = buffer.cursor()) {
        assertThat(ModelEntry.forward(cursor)).hasSize(1);
      }
    }
  }
}
