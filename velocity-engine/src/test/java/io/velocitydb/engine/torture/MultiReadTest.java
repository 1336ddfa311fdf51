package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads of several keys at a time answer as single ones would, and cost less. */
class MultiReadTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16 << 20)
          .withMemtableBytes(1 << 20)
          .withCompactionThreshold(1_000)
          .withWalSegmentBytes(1 << 20)
          .withBlockBytes(512);

  private final Machine machine = new Machine(1);
  private Engine engine = machine.open(OPTIONS);
  private Database database = engine.createDatabase("a");

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    machine.demandNothingLeft();
  }

  private void reopen(EngineOptions options) {
    engine.close();
    engine = machine.open(options);
    database = engine.database("a");
  }

  private static byte[] key(int i) {
    return "key%05d".formatted(i).getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes that do not compress. */
  private static byte[] value(int i, int length) {
    byte[] value = new byte[length];
    new Random(i).nextBytes(value);
    return value;
  }

  private void put(int from, int to, int length) {
    for (int start = from; start < to; start += 100) {
      try (WriteBatch batch = database.newBatch()) {
        for (int i = start; i < Math.min(to, start + 100); i++) {
          batch.put(key(i), value(i, length));
        }
        database.write(batch, Durability.OS);
      }
    }
  }

  private static List<byte[]> keys(IntStream numbers) {
    return numbers.mapToObj(MultiReadTest::key).toList();
  }

  /** What a sink was told, by position; a failure by its kind. */
  private static class Told implements MultiReadSink {
    final List<byte[]> values = new ArrayList<>();
    final Map<Integer, Kind> failures = new TreeMap<>();

    @Override
    public void found(
        int index,
        long valueAddress,
        int valueLength,
        byte encoding,
        long version,
        long expiresAtMs) {
      assertThat(index).as("in the order of the keys").isEqualTo(values.size());
      values.add(Memory.bytes(valueAddress, valueLength));
    }

    @Override
    public void missing(int index) {
      assertThat(index).as("in the order of the keys").isEqualTo(values.size());
      values.add(new byte[0]);
    }

    @Override
    public void failed(int index, EngineException failure) {
      assertThat(index).as("in the order of the keys").isEqualTo(values.size());
      values.add(new byte[0]);
      failures.put(index, failure.kind());
    }
  }

  private boolean read(List<byte[]> keys, boolean mayBlock, MultiReadSink sink) {
    try (NativeKeys asked = new NativeKeys(machine.memory, keys)) {
      return database.multiRead(asked.addresses(), asked.lengths(), asked.count(), mayBlock, sink);
    }
  }

  private long reads() {
    return machine.failing.count(FailingVfs.Operation.READ);
  }

  @Test
  void eachKeyIsAnsweredAsByAGetOfItsOwnWhereverItLies() {
    put(0, 900, 40);
    database.flush();
    for (int i = 0; i < 900; i += 7) {
      database.put(key(i), value(i + 1, 30));
      database.delete(key(i + 1));
    }
    database.put(key(5), value(5, 5), (byte) 1, Expiry.in(1_000), Condition.ALWAYS);
    database.put(key(6), value(6, 9_000), (byte) 2, Expiry.NONE, Condition.ALWAYS);
    database.flush();
    try (WriteBatch batch = database.newBatch()) {
      batch.deleteRange(KeyRange.of(key(300), key(400)));
      database.write(batch, Durability.ALWAYS);
    }
    put(350, 360, 20);
    machine.clock.advance(1_000);
    Random random = new Random(4);
    for (int count : new int[] {0, 1, 2, 63, 64, 65, 1_000}) {
      List<byte[]> keys = new ArrayList<>(keys(random.ints(count, 0, 1_000)));
      if (count > 1) {
        keys.set(0, key(5));
        keys.set(1, key(6));
      }
      List<Optional<Entry>> expected = keys.stream().map(database::get).toList();
      assertThat(database.multiGet(keys)).as(count + " keys").isEqualTo(expected);
      Told told = new Told();
      assertThat(read(keys, true, told)).isTrue();
      assertThat(told.failures).isEmpty();
      for (int i = 0; i < count; i++) {
        assertThat(told.values.get(i))
            .isEqualTo(expected.get(i).map(Entry::value).orElse(new byte[0]));
      }
    }
    assertThat(database.stats().readHits()).isPositive().isLessThan(database.stats().reads());
  }

  @Test
  void aSnapshotAnswersWithItsOwnState() {
    put(0, 100, 40);
    List<byte[]> keys = keys(IntStream.range(0, 120));
    Snapshot closed;
    try (Snapshot snapshot = database.snapshot()) {
      closed = snapshot;
      List<Optional<Entry>> before = database.multiGet(keys, snapshot);
      put(50, 120, 60);
      database.flush();
      assertThat(database.multiGet(keys, snapshot)).isEqualTo(before);
      assertThat(database.multiGet(keys)).isNotEqualTo(before).allMatch(Optional::isPresent);
    }
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> database.multiGet(keys, closed))
        .withMessageContaining("the snapshot is closed");
  }

  @Test
  void whoMustNotWaitIsToldThatAFileIsNeeded() {
    put(0, 500, 40);
    database.flush();
    reopen(OPTIONS);
    List<byte[]> keys = keys(IntStream.range(100, 150));
    long before = reads();
    assertThat(read(keys, false, new Told())).as("not even the index is there").isFalse();
    assertThat(database.get(key(1))).isPresent();
    long index = reads();
    assertThat(index).isGreaterThan(before);
    assertThat(read(keys, false, new Told())).as("the blocks are not").isFalse();
    assertThat(reads()).isEqualTo(index);
    assertThat(read(keys, true, new Told())).isTrue();
    long after = reads();
    Told told = new Told();
    assertThat(read(keys, false, told)).isTrue();
    assertThat(told.values).allMatch(value -> value.length == 40);
    assertThat(reads()).isEqualTo(after);
  }

  @Test
  void keysOfOneBlockReadItOnceInWhateverOrderTheyAreNamed() {
    EngineOptions largeBlocks = OPTIONS.withBlockBytes(64 << 10);
    reopen(largeBlocks);
    put(0, 300, 40);
    database.flush();
    List<byte[]> keys = new ArrayList<>(keys(IntStream.range(0, 60)));
    Collections.shuffle(keys, new Random(1));
    reopen(largeBlocks);
    long single = reads();
    assertThat(database.get(key(0))).isPresent();
    long one = reads() - single;
    reopen(largeBlocks);
    long many = reads();
    assertThat(database.multiGet(keys)).allMatch(Optional::isPresent);
    assertThat(reads() - many).as("as one key alone").isEqualTo(one);
  }

  @Test
  void tooManyKeysAndImpossibleOnesAreRefused() {
    byte[] key = key(1);
    database.put(key, key);
    assertThat(database.multiGet(Collections.nCopies(Database.MAX_MULTI_READ_KEYS, key)))
        .hasSize(64 * 1024)
        .allMatch(Optional::isPresent);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> database.multiGet(Collections.nCopies(Database.MAX_MULTI_READ_KEYS + 1, key)))
        .withMessage(
            "one read takes at most 65536 keys, not 65537; take a snapshot and ask for fewer keys"
                + " at a time")
        .extracting(EngineException::kind)
        .isEqualTo(Kind.INVALID_ARGUMENT);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> database.multiGet(List.of(key, new byte[0])))
        .withMessage("a key has 1 to 65536 bytes, not 0");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> database.multiRead(new long[1], new int[2], 2, true, new Told()))
        .withMessage("2 keys, but 1 addresses and 2 lengths");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> database.multiRead(new long[1], new int[1], -1, true, new Told()))
        .extracting(EngineException::kind)
        .isEqualTo(Kind.INVALID_ARGUMENT);
  }

  @Test
  void aDamagedBlockFailsItsKeysAndNoOthers() throws Exception {
    put(0, 1_000, 40);
    database.flush();
    engine.close();
    Path table =
        machine.disk.files().stream()
            .filter(file -> file.toString().endsWith(".sst"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = machine.disk.contents(table);
    bytes[bytes.length / 3] ^= 1;
    machine.disk.setContents(table, bytes);
    engine = machine.open(OPTIONS);
    database = engine.database("a");
    List<byte[]> keys = keys(IntStream.range(0, 1_000));
    Told told = new Told();
    assertThat(read(keys, true, told)).isTrue();
    assertThat(told.failures).hasSizeBetween(2, 20).containsValue(Kind.CORRUPTION);
    for (int i = 0; i < 1_000; i++) {
      assertThat(told.values.get(i))
          .isEqualTo(told.failures.containsKey(i) ? new byte[0] : value(i, 40));
    }
    assertThat(database.stats().corruptions()).isPositive();
    assertThat(database.stats().reads()).isEqualTo(1_000 - told.failures.size());
    assertThatExceptionOfType(EngineException.class)
        .as("of the form without a place for it")
        .isThrownBy(() -> database.multiGet(keys))
        .withMessageContaining(table + " is damaged at offset")
        .extracting(EngineException::kind)
        .isEqualTo(Kind.CORRUPTION);
    List<byte[]> healthy =
        keys(IntStream.range(0, 1_000).filter(i -> !told.failures.containsKey(i)));
    assertThat(database.multiGet(healthy)).allMatch(Optional::isPresent);
  }

  @Test
  void whatASinkThrowsEndsTheReadAndHoldsNothing() {
    put(0, 500, 40);
    database.flush();
    long before = machine.memory.allocated(MemoryTag.BLOCK);
    MultiReadSink full =
        new MultiReadSink() {
          @Override
          public void found(
              int index,
              long valueAddress,
              int valueLength,
              byte encoding,
              long version,
              long expiresAtMs) {
            if (index == 70) {
              throw new IllegalStateException("the buffer is full");
            }
          }

          @Override
          public void missing(int index) {
            throw new AssertionError("key " + index + " is there");
          }
        };
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> read(keys(IntStream.range(0, 200)), true, full))
        .withMessage("the buffer is full");
    assertThat(machine.memory.allocated(MemoryTag.BLOCK)).isEqualTo(before);
  }

  @Test
  void largeBlocksAndValuesAreReadFewAtATime() {
    EngineOptions inBlocks = OPTIONS.withBlobBytes(1 << 20).withMemoryLimit(4 << 20);
    reopen(inBlocks);
    put(0, 60, 150_000);
    database.flush();
    reopen(inBlocks.withBlobBytes(4_096));
    put(60, 120, 150_000);
    put(120, 180, 6_000);
    database.flush();
    reopen(inBlocks);
    long[] most = {0};
    long before = machine.memory.allocated(MemoryTag.BLOCK);
    List<byte[]> keys = new ArrayList<>(keys(IntStream.range(0, 180)));
    Collections.shuffle(keys, new Random(2));
    Told told =
        new Told() {
          @Override
          public void found(int index, long address, int length, byte e, long v, long x) {
            super.found(index, address, length, e, v, x);
            most[0] = Math.max(most[0], machine.memory.allocated(MemoryTag.BLOCK) - before);
          }
        };
    assertThat(read(keys, true, told)).isTrue();
    assertThat(told.failures).isEmpty();
    for (int i = 0; i < keys.size(); i++) {
      int number = Integer.parseInt(new String(keys.get(i), 3, 5, StandardCharsets.UTF_8));
      assertThat(told.values.get(i)).isEqualTo(value(number, number < 120 ? 150_000 : 6_000));
    }
    assertThat(most[0]).isPositive().isLessThan(4 << 20);
    assertThat(machine.memory.allocated(MemoryTag.BLOCK)).isEqualTo(before);
  }
}
