package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.commit.BatchRoom;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cursors that walk on read ahead; those that do not, read what they show. */
class ReadAheadTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final int ENTRIES = 20_000;
  private static final int BLOCK_BYTES = 1_024;

  /** Stored bytes of all data blocks, about: the values do not compress. */
  private static final long DATA_BYTES = ENTRIES * 100L;

  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(64 << 20)
          .withMemtableBytes(8 << 20)
          .withCompactionThreshold(1_000)
          .withBlockBytes(BLOCK_BYTES);

  private final SimVfs disk = new SimVfs(4);
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);
  private final NativeMemory memory = new NativeMemory();
  private long reads;
  private long readBytes;

  /** A place of tables that cannot be read; -1 for none. */
  private long unreadable = -1;

  private Engine engine = open(OPTIONS);
  private Database database = engine.createDatabase("d");

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    for (MemoryTag tag : MemoryTag.values()) {
      assertThat(memory.allocated(tag)).as(tag.name()).isZero();
    }
    assertThat(disk.openFiles()).isEmpty();
  }

  private Engine open(EngineOptions options) {
    // Direct reads come in units of their own; what is asked for is what counts here.
    disk.setFileCacheRoom(Long.MAX_VALUE);
    Vfs watched =
        watch(
            Vfs.class,
            disk,
            (name, arguments, result) ->
                name.equals("open") && arguments[0].toString().endsWith(".sst")
                    ? watch(VfsFile.class, (VfsFile) result, this::watchFile)
                    : result);
    return Engine.open(
        DIRECTORY,
        options,
        new EngineEnvironment(watched, clock, memory, background, EngineListener.NONE));
  }

  private interface Watcher {
    Object returned(String name, Object[] arguments, Object result) throws IOException;
  }

  private static <T> T watch(Class<T> type, T target, Watcher watcher) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return watcher.returned(
                    method.getName(), arguments, method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private Object watchFile(String name, Object[] arguments, Object result) throws IOException {
    if (name.equals("read")) {
      long position = (long) arguments[0];
      int length = (int) arguments[2];
      reads++;
      readBytes += length;
      if (unreadable >= position && unreadable < position + length) {
        throw new IOException("a bad sector");
      }
    }
    return result;
  }

  private void reopen(EngineOptions options) {
    engine.close();
    background.runAll();
    engine = open(options);
    database = engine.database("d");
    assertThat(database.get(key(ENTRIES))).as("brings index and filter").isEmpty();
    reads = 0;
    readBytes = 0;
  }

  private static byte[] key(int i) {
    return "key%06d".formatted(i).getBytes(UTF_8);
  }

  private void fill() {
    Random random = new Random(5);
    for (int start = 0; start < ENTRIES; start += 1_000) {
      try (WriteBatch batch = database.newBatch()) {
        for (int i = start; i < start + 1_000; i++) {
          byte[] value = new byte[90];
          random.nextBytes(value);
          batch.put(key(i), value);
        }
        database.write(batch, Durability.OS);
      }
    }
    // So that the table's bounds include the key that is looked for to open it.
    database.put(key(ENTRIES + 1), new byte[1]);
    database.flush();
    background.runAll();
  }

  private static int scan(Cursor cursor, int most) {
    int count = 0;
    while (count < most && cursor.next()) {
      count++;
    }
    return count;
  }

  @Test
  void aLongScanReadsInLargePiecesInEitherDirection() {
    fill();
    for (boolean reverse : new boolean[] {false, true}) {
      reopen(OPTIONS);
      try (Cursor cursor = database.cursor(KeyRange.all(), reverse)) {
        assertThat(scan(cursor, Integer.MAX_VALUE)).isEqualTo(ENTRIES + 1);
      }
      assertThat(reads)
          .as("growing to 256 KiB, backwards: " + reverse)
          .isBetween(DATA_BYTES / (256 << 10), DATA_BYTES / (256 << 10) + 10);
      assertThat(readBytes).as("nothing twice").isBetween(DATA_BYTES, DATA_BYTES * 5 / 4);
    }
  }

  @Test
  void aShortScanReadsItsBlocksAlone() {
    fill();
    reopen(OPTIONS);
    for (int i = 0; i < 50; i++) {
      reads = 0;
      readBytes = 0;
      boolean reverse = i % 2 == 0;
      int from = 200 + i * 300;
      KeyRange range = reverse ? KeyRange.of(key(0), key(from)) : KeyRange.from(key(from));
      try (Cursor cursor = database.cursor(range, reverse)) {
        assertThat(scan(cursor, 10)).isEqualTo(10);
      }
      assertThat(reads).isBetween(1L, 3L);
      assertThat(readBytes).isLessThan(reads * 3 * BLOCK_BYTES / 2);
    }
  }

  @Test
  void aScanThatTurnsOrJumpsBeginsWithSingleBlocksAgain() {
    fill();
    reopen(OPTIONS);
    try (Cursor cursor = database.cursor(KeyRange.all(), false)) {
      scan(cursor, 5_000);
      for (int i = 0; i < 20; i++) {
        reads = 0;
        readBytes = 0;
        assertThat(cursor.seek(key(6_000 + i * 500))).isTrue();
        assertThat(readBytes).isLessThan(2 * BLOCK_BYTES);
      }
    }
  }

  @Test
  void damageAheadIsSaidWhenTheScanComesToItAndNotBefore() throws Exception {
    fill();
    engine.close();
    Path table =
        disk.files().stream().filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow();
    byte[] bytes = disk.contents(table);
    bytes[bytes.length / 2] ^= 1;
    disk.setContents(table, bytes);
    engine = open(OPTIONS);
    database = engine.database("d");
    demandFailureInTheMiddle(Kind.CORRUPTION, "is damaged at offset");
    assertThat(database.stats().corruptions()).isEqualTo(2);
  }

  @Test
  void aPartOfTheFileThatCannotBeReadFailsTheScanOnlyWhenItComesThere() {
    fill();
    reopen(OPTIONS);
    unreadable = DATA_BYTES / 2;
    demandFailureInTheMiddle(Kind.STORAGE_ERROR, "a bad sector");
  }

  private void demandFailureInTheMiddle(Kind kind, String message) {
    for (boolean reverse : new boolean[] {false, true}) {
      List<Integer> seen = new ArrayList<>();
      try (Cursor cursor = database.cursor(KeyRange.of(key(0), key(ENTRIES)), reverse)) {
        assertThatExceptionOfType(EngineException.class)
            .isThrownBy(
                () -> {
                  while (cursor.next()) {
                    seen.add(Integer.parseInt(new String(cursor.key(), 3, 6, UTF_8)));
                  }
                })
            .withMessageContaining(message)
            .extracting(EngineException::kind)
            .isEqualTo(kind);
      }
      assertThat(seen).hasSizeBetween(ENTRIES * 4 / 10, ENTRIES * 6 / 10);
      for (int i = 0; i < seen.size(); i++) {
        assertThat(seen.get(i)).isEqualTo(reverse ? ENTRIES - 1 - i : i);
      }
    }
  }

  @Test
  void cursorsTogetherHoldAtMostTheirShare() {
    fill();
    EngineOptions small = OPTIONS.withMemtableBytes(64 << 10).withMemoryLimit(8 << 20);
    reopen(small);
    long share = new MemoryShares(small, memory, new BatchRoom(0, () -> {})).mostBlocks() / 16;
    List<Cursor> cursors = new ArrayList<>();
    long most = 0;
    for (int i = 0; i < 10; i++) {
      Cursor cursor = database.cursor(KeyRange.all(), i % 2 == 0);
      cursors.add(cursor);
      assertThat(scan(cursor, 10_000)).isEqualTo(10_000);
      most = Math.max(most, memory.allocated(MemoryTag.READ_AHEAD));
    }
    assertThat(most).isBetween(share / 2, share);
    cursors.forEach(Cursor::close);
    assertThat(memory.allocated(MemoryTag.READ_AHEAD)).isZero();
  }

  @Test
  void aScanLeavesInTheCacheWhatIsReadOften() {
    fill();
    // Room for about half of the data.
    reopen(OPTIONS.withMemtableBytes(64 << 10).withMemoryLimit(2 << 20));
    List<byte[]> hot = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i += 200) {
      hot.add(key(i));
    }
    for (int round = 0; round < 4; round++) {
      hot.forEach(each -> assertThat(database.get(each)).isPresent());
    }
    for (int round = 0; round < 3; round++) {
      try (Cursor cursor = database.cursor(KeyRange.all(), round == 1)) {
        assertThat(scan(cursor, Integer.MAX_VALUE)).isEqualTo(ENTRIES + 1);
      }
      reads = 0;
      hot.forEach(each -> assertThat(database.get(each)).isPresent());
      assertThat(reads).as("of 100 hot blocks").isLessThanOrEqualTo(5);
    }
  }
}
