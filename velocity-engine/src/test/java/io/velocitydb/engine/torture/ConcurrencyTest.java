package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Writers, readers, flushes and merges at the same time on real threads, with tiny memtables so
 * that everything happens all the time. {@code -Dvelocity.seconds=N} runs each test longer.
 */
class ConcurrencyTest {
  private static final long SECONDS = Long.getLong("velocity.seconds", 4);

  private final SimVfs disk = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final ThreadedBackground background = new ThreadedBackground();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final long end = System.nanoTime() + SECONDS * 1_000_000_000;
  private Engine engine;
  private Database database;

  @BeforeEach
  void open() {
    EngineOptions options =
        EngineOptions.defaults()
            .withMemoryLimit(8 << 20)
            .withDurability(Durability.OS)
            .withSyncIntervalMs(20)
            .withMemtableBytes(32 << 10)
            .withCompactionThreshold(3)
            .withBlockBytes(512)
            .withWalSegmentBytes(64 << 10);
    engine =
        Engine.open(
            Machine.DIRECTORY,
            options,
            new EngineEnvironment(disk, Clock.system(), memory, background, EngineListener.NONE));
    database = engine.createDatabase("a");
  }

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    background.close();
    for (MemoryTag tag : MemoryTag.values()) {
      assertThat(memory.allocated(tag)).as("bytes of " + tag).isZero();
    }
    assertThat(disk.openFiles()).isEmpty();
  }

  private interface Work {
    void once(Random random) throws Exception;
  }

  private void start(int count, Work work) {
    for (int i = 0; i < count; i++) {
      Random random = new Random(threads.size());
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (failure.get() == null && System.nanoTime() < end) {
                        work.once(random);
                      }
                    } catch (Throwable e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
  }

  private void finish() throws Exception {
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    assertThat(database.verify().problems()).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long number(Entry entry) {
    String text = new String(entry.value(), StandardCharsets.UTF_8);
    return Long.parseLong(text.substring(0, text.indexOf(' ')));
  }

  private static byte[] value(long n, Random random) {
    return bytes(n + " " + "v".repeat(random.nextInt(200)));
  }

  @Test
  void readersSeeWholeBatchesAndNeverGoBack() throws Exception {
    int groups = 6;
    int members = 5;
    AtomicLongArray acknowledged = new AtomicLongArray(groups);
    AtomicLong nextWriter = new AtomicLong();
    ThreadLocal<Integer> own = ThreadLocal.withInitial(() -> (int) nextWriter.getAndIncrement());
    start(
        2,
        random -> {
          int group = own.get() * 3 + random.nextInt(3);
          long n = acknowledged.get(group) + 1;
          try (WriteBatch batch = database.newBatch()) {
            if (random.nextInt(10) == 0) {
              batch.deleteRange(KeyRange.prefix(bytes("g" + group + ":")));
            }
            for (int m = 0; m < members; m++) {
              batch.put(bytes("g" + group + ":" + m), value(n, random));
            }
            database.write(batch, Durability.values()[random.nextInt(3)]);
          }
          acknowledged.set(group, n);
        });
    start(
        2,
        random -> {
          int group = random.nextInt(groups);
          byte[] key = bytes("g" + group + ":" + random.nextInt(members));
          long before = acknowledged.get(group);
          long seen = database.get(key).map(ConcurrencyTest::number).orElse(0L);
          assertThat(seen).as("a completed write is seen").isGreaterThanOrEqualTo(before);
          long again = database.get(key).map(ConcurrencyTest::number).orElse(0L);
          assertThat(again).as("nothing older is seen later").isGreaterThanOrEqualTo(seen);
        });
    start(
        2,
        random -> {
          int group = random.nextInt(groups);
          long before = acknowledged.get(group);
          boolean reverse = random.nextBoolean();
          List<Long> numbers = new ArrayList<>();
          try (Snapshot snapshot = database.snapshot();
              Cursor cursor =
                  database.cursor(KeyRange.prefix(bytes("g" + group + ":")), reverse, snapshot)) {
            while (cursor.next()) {
              numbers.add(number(cursor.entry()));
            }
          }
          if (before > 0 || !numbers.isEmpty()) {
            assertThat(numbers).as("the whole group").hasSize(members);
            assertThat(numbers.stream().distinct()).as("one batch").hasSize(1);
            assertThat(numbers.getFirst()).isGreaterThanOrEqualTo(before);
          }
        });
    start(
        1,
        random -> {
          List<byte[]> keys = new ArrayList<>();
          long[] before = new long[groups];
          for (int each = 0; each < groups * members; each++) {
            int group = each % groups;
            before[group] = acknowledged.get(group);
            keys.add(bytes("g" + group + ":" + each / groups));
          }
          List<Optional<Entry>> found = database.multiGet(keys);
          for (int group = 0; group < groups; group++) {
            long first = found.get(group).map(ConcurrencyTest::number).orElse(0L);
            assertThat(first).isGreaterThanOrEqualTo(before[group]);
            for (int member = 1; member < members; member++) {
              assertThat(found.get(group + member * groups).map(ConcurrencyTest::number).orElse(0L))
                  .as("all of one batch, in one read")
                  .isEqualTo(first);
            }
          }
        });
    start(
        1,
        random -> {
          switch (random.nextInt(3)) {
            case 0 -> database.flush();
            case 1 -> database.compact();
            default -> database.put(bytes("z" + random.nextInt(50)), value(1, random));
          }
        });
    finish();
    for (int group = 0; group < groups; group++) {
      for (int m = 0; m < members; m++) {
        assertThat(number(database.get(bytes("g" + group + ":" + m)).orElseThrow()))
            .isEqualTo(acknowledged.get(group));
      }
    }
    assertThat(database.stats().flushes()).isPositive();
    assertThat(database.stats().compactions()).isPositive();
  }

  @Test
  void incrementsAndCompareAndSetLoseNothing() throws Exception {
    AtomicLong increments = new AtomicLong();
    AtomicLong swaps = new AtomicLong();
    var numbers = ConcurrentHashMap.<Long>newKeySet();
    var versions = ConcurrentHashMap.<Long>newKeySet();
    start(
        3,
        random -> {
          OperationResult result = database.increment(bytes("counter"), 1);
          assertThat(numbers.add(result.number())).as("each number once").isTrue();
          assertThat(versions.add(result.version())).as("each version once").isTrue();
          increments.incrementAndGet();
          database.put(bytes("noise" + random.nextInt(200)), value(0, random));
        });
    start(
        3,
        random -> {
          Entry entry = database.get(bytes("swapped")).orElse(null);
          long n = entry == null ? 0 : number(entry);
          OperationResult result =
              database.put(
                  bytes("swapped"),
                  value(n + 1, random),
                  (byte) 0,
                  Expiry.NONE,
                  entry == null ? Condition.IF_ABSENT : Condition.ifVersion(entry.version()));
          if (result.applied()) {
            swaps.incrementAndGet();
          }
        });
    finish();
    Entry counter = database.get(bytes("counter")).orElseThrow();
    assertThat(new String(counter.value(), StandardCharsets.UTF_8))
        .isEqualTo(Long.toString(increments.get()));
    assertThat(number(database.get(bytes("swapped")).orElseThrow())).isEqualTo(swaps.get());
    assertThat(swaps.get()).isPositive();
  }

  @Test
  void databasesComeAndGoWhileOthersWork() throws Exception {
    start(1, random -> database.put(bytes("k" + random.nextInt(100)), value(1, random)));
    start(
        1,
        random -> {
          Database other = engine.createDatabase("other");
          assertThat(other.count(KeyRange.all())).as("a new database is empty").isZero();
          for (int i = 0; i < random.nextInt(40); i++) {
            other.put(bytes("k" + i), value(i, random));
          }
          if (random.nextBoolean()) {
            other.flush();
          }
          engine.dropDatabase("other");
        });
    finish();
    assertThat(engine.databases()).containsExactly("a");
    assertThat(disk.files()).noneMatch(path -> path.toString().contains("other"));
  }
}
