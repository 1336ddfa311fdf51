package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large values lie apart from their keys, and nobody notices but the disk. */
class BlobTest {
  private static final int LARGE = 6_000;
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(16 << 20)
          .withMemtableBytes(1 << 20)
          .withCompactionThreshold(4)
          .withWalSegmentBytes(1 << 20)
          .withBlobFileBytes(64 << 10);

  private final Machine machine = new Machine(1);
  private Engine engine = machine.open(OPTIONS);
  private Database database = engine.createDatabase("a");

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    machine.demandNothingLeft();
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

  private void put(int from, int to, int salt) {
    for (int i = from; i < to; i++) {
      database.put(key(i), value(i + salt, LARGE));
    }
  }

  private void demand(int from, int to, int salt) {
    for (int i = from; i < to; i++) {
      assertThat(database.get(key(i)).orElseThrow().value()).isEqualTo(value(i + salt, LARGE));
    }
  }

  private List<Path> blobFiles() {
    return machine.disk.files().stream().filter(f -> f.toString().endsWith(".blob")).toList();
  }

  private long blobBytes() throws Exception {
    long sum = 0;
    for (Path file : blobFiles()) {
      sum += machine.disk.size(file);
    }
    return sum;
  }

  private void reopen() {
    engine.close();
    engine = machine.open(OPTIONS);
    database = engine.database("a");
  }

  @Test
  void largeValuesLieApartAndAreReadInEveryWay() {
    put(0, 40, 0);
    database.put(key(100), value(100, 4_096));
    database.flush();
    assertThat(blobFiles()).hasSizeBetween(3, 6);
    demand(0, 40, 0);
    for (boolean reverse : new boolean[] {false, true}) {
      try (Cursor cursor = database.cursor(KeyRange.all(), reverse)) {
        for (int n = 0; n < 40; n++) {
          assertThat(cursor.next()).isTrue();
          int i = reverse && n > 0 ? 40 - n : reverse ? 100 : n;
          assertThat(cursor.key()).isEqualTo(key(i));
          assertThat(cursor.valueLength()).isEqualTo(i == 100 ? 4_096 : LARGE);
          assertThat(cursor.value()).isEqualTo(value(i, i == 100 ? 4_096 : LARGE));
        }
      }
    }
    reopen();
    demand(0, 40, 0);
    assertThat(database.verify().problems()).isEmpty();
  }

  @Test
  void aReadThatMayNotBlockAnswersFromTheCacheOrAsksForTheFile() {
    put(0, 4, 0);
    database.flush();
    reopen();
    byte[] key = key(2);
    long address = machine.memory.allocate(key.length, MemoryTag.CURSOR);
    Memory.copy(key, 0, address, key.length);
    List<byte[]> seen = new ArrayList<>();
    try {
      for (boolean mayBlock : new boolean[] {false, true, false}) {
        ReadResult result =
            database.read(
                address,
                key.length,
                mayBlock,
                (value, length, encoding, version, expiry) ->
                    seen.add(Memory.bytes(value, length)));
        assertThat(result)
            .isEqualTo(!mayBlock && seen.isEmpty() ? ReadResult.NEEDS_IO : ReadResult.FOUND);
      }
    } finally {
      machine.memory.free(address, key.length, MemoryTag.CURSOR);
    }
    assertThat(seen).hasSize(2).allSatisfy(v -> assertThat(v).isEqualTo(value(2, LARGE)));
  }

  @Test
  void mergesMovePointersAndNotValues() {
    for (int round = 0; round < 4; round++) {
      put(round * 50, round * 50 + 50, 0);
      database.flush();
    }
    List<Path> before = blobFiles();
    long written = database.stats().compactionBytesWritten();
    database.compact();
    assertThat(blobFiles()).isEqualTo(before);
    assertThat(database.stats().compactionBytesWritten() - written).isLessThan(50_000);
    demand(0, 200, 0);
  }

  @Test
  void deadValuesGiveTheirSpaceBackWithoutAnyoneCalling() throws Exception {
    put(0, 100, 0);
    database.flush();
    for (int round = 1; round < 6; round++) {
      put(0, 90, round * 1_000);
      database.flush();
    }
    machine.background.runAll();
    assertThat(blobBytes()).isLessThan(3L * 100 * LARGE);
    demand(0, 90, 5_000);
    demand(90, 100, 0);
    assertThat(database.verify().problems()).isEmpty();
    for (int i = 0; i < 100; i++) {
      database.delete(key(i));
    }
    database.compact();
    machine.background.runAll();
    assertThat(blobFiles()).isEmpty();
  }

  @Test
  void anOpenCursorOrSnapshotKeepsWhatItSees() throws Exception {
    put(0, 60, 0);
    database.flush();
    Snapshot snapshot = database.snapshot();
    Cursor cursor = database.cursor(KeyRange.all(), false);
    assertThat(cursor.next()).isTrue();
    put(0, 60, 1_000);
    database.compact();
    machine.background.runAll();
    for (int i = 0; i < 60; i++) {
      assertThat(cursor.value()).isEqualTo(value(i, LARGE));
      assertThat(cursor.next()).isEqualTo(i < 59);
      assertThat(database.get(key(i), snapshot).orElseThrow().value()).isEqualTo(value(i, LARGE));
    }
    assertThat(blobBytes()).isGreaterThan(2L * 60 * LARGE);
    cursor.close();
    snapshot.close();
    machine.background.runAll();
    database.compact();
    machine.background.runAll();
    assertThat(blobBytes()).isLessThan(60L * LARGE * 11 / 10);
    demand(0, 60, 1_000);
  }

  @Test
  void aFileThatIsMostlyDeadIsLeftThoughNothingElseIsToBeMerged() throws Exception {
    put(0, 10, 0);
    database.flush();
    database.compact();
    for (int i = 0; i < 8; i++) {
      database.delete(key(i));
    }
    database.flush();
    machine.background.runAll();
    // The deletes hide values that no merge has met yet; together they are merged, and then moved.
    database.compact();
    machine.background.runAll();
    assertThat(blobBytes()).isLessThan(3L * LARGE);
    demand(8, 10, 0);
  }

  @Test
  void conditionsAppendsAndExpiriesKnowLargeValues() {
    put(0, 3, 0);
    database.flush();
    reopen();
    long version = database.get(key(0)).orElseThrow().version();
    try (WriteBatch batch = database.newBatch()) {
      batch.append(key(0), "tail".getBytes(StandardCharsets.UTF_8), (byte) 1);
      batch.expire(key(1), Expiry.in(1_000), io.velocitydb.engine.Condition.IF_PRESENT);
      batch.put(
          key(2), key(2), (byte) 0, Expiry.NONE, io.velocitydb.engine.Condition.IF_PRESENT, true);
      var results = database.write(batch, Durability.ALWAYS);
      assertThat(results.get(2).previous().orElseThrow().value()).isEqualTo(value(2, LARGE));
    }
    assertThat(database.get(key(0)).orElseThrow().version()).isGreaterThan(version);
    assertThat(database.get(key(0)).orElseThrow().value()).hasSize(LARGE + 4);
    assertThat(database.get(key(1)).orElseThrow().value()).isEqualTo(value(1, LARGE));
    database.flush();
    assertThat(database.get(key(1)).orElseThrow().value()).isEqualTo(value(1, LARGE));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> database.increment(key(1), 1))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_AN_INTEGER));
    machine.clock.advance(2_000);
    assertThat(database.get(key(1))).isEmpty();
  }

  @Test
  void aDamagedValueIsAnErrorThatNamesFileAndOffset() throws Exception {
    put(0, 1, 0);
    database.flush();
    Path file = blobFiles().getFirst();
    byte[] good = machine.disk.contents(file);
    reopen();
    for (int at = 60; at < good.length; at += 997) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      machine.disk.setContents(file, bad);
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> database.get(key(0)))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPTION))
          .withMessageContaining(file.toString());
      assertThat(database.verify().clean()).isFalse();
    }
    machine.disk.setContents(file, good);
    demand(0, 1, 0);
  }

  @Test
  void aBlobFileThatIsCutIsNoticedWhenItIsReadAndAMissingOneAtOpening() throws Exception {
    put(0, 1, 0);
    database.flush();
    engine.close();
    Path file = blobFiles().getFirst();
    byte[] good = machine.disk.contents(file);
    machine.disk.setContents(file, java.util.Arrays.copyOf(good, good.length - 1));
    engine = machine.open(OPTIONS);
    assertThat(engine.verify().problems().toString()).contains("the file has");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> engine.database("a").get(key(0)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPTION));
    engine.close();
    machine.disk.delete(file);
    engine = machine.openAsFarAsPossible(OPTIONS);
    assertThat(engine.stats().unavailable()).containsOnlyKeys("a");
  }

  @Test
  void filesThatTheManifestDoesNotNameAreRemoved() throws Exception {
    put(0, 1, 0);
    database.flush();
    engine.close();
    Path file = blobFiles().getFirst();
    Path stranger = file.resolveSibling("00000999.blob");
    machine.disk.setContents(stranger, machine.disk.contents(file));
    engine = machine.open(OPTIONS);
    database = engine.database("a");
    assertThat(blobFiles()).containsExactly(file);
    demand(0, 1, 0);
  }

  @Test
  void aWriteThatReadsALargeValueKeepsNoCopyOfIt() {
    byte[] large = value(1, 2 << 20);
    database.put(key(1), large);
    database.flush();
    try (WriteBatch batch = database.newBatch()) {
      batch.expire(key(1), Expiry.in(60_000), Condition.ALWAYS);
      batch.append(key(1), new byte[] {7}, (byte) 0);
      database.write(batch, Durability.OS);
    }
    assertThat(machine.memory.allocated(MemoryTag.WRITE_BATCH)).isLessThan(256 << 10);
    assertThat(database.get(key(1)).orElseThrow().value())
        .startsWith(large)
        .hasSize(large.length + 1);
  }
}
