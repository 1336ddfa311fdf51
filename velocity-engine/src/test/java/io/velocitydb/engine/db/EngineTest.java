package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path directory;

  private final NativeMemory memory = new NativeMemory();
  private final ThreadedBackground background = new ThreadedBackground();

  private Engine open(EngineOptions options) {
    return Engine.open(
        directory,
        options,
        new EngineEnvironment(
            RealVfs.system(), Clock.system(), memory, background, EngineListener.NONE));
  }

  private Engine open() {
    return open(EngineOptions.defaults());
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    background.close();
    assertThat(memory.allocated()).isZero();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Optional<String> value(Database database, String key) {
    return database.get(bytes(key)).map(Entry::value).map(value -> new String(value, UTF_8));
  }

  @Test
  void whatLiesInTheLastTierTakesLessSpace() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("documents");
      Random random = new Random(1);
      for (int i = 0; i < 5_000; i++) {
        String document =
            "{\"name\":\"%s\",\"seen\":%d,\"count\":%d}"
                .formatted(
                    Long.toString(random.nextInt(100_000), 36),
                    1_700_000_000 + random.nextInt(1_000_000),
                    random.nextInt(1_000));
        database.put(bytes("document:%06d".formatted(i)), bytes(document));
      }
      database.flush();
      long before = database.stats().tableBytes();
      database.compact();
      assertThat(database.stats().tableBytes()).isLessThan(before * 85 / 100);
      assertThat(database.count(KeyRange.all())).isEqualTo(5_000);
      assertThat(engine.verify().problems()).isEmpty();
    }
  }

  @Test
  void whatWasWrittenIsReadAlsoAfterReopening() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("orders");
      database.put(bytes("a"), bytes("1"));
      database.put(bytes("b"), bytes("2"));
      database.delete(bytes("a"));
      assertThat(value(database, "a")).isEmpty();
      assertThat(value(database, "b")).contains("2");
    }
    try (Engine engine = open()) {
      Database database = engine.database("orders");
      assertThat(value(database, "a")).isEmpty();
      assertThat(value(database, "b")).contains("2");
      assertThat(engine.verify().problems()).isEmpty();
    }
  }

  @Test
  void versionsGrowOverReopening() {
    long first;
    try (Engine engine = open()) {
      first = engine.createDatabase("d").put(bytes("a"), bytes("1"));
    }
    try (Engine engine = open()) {
      assertThat(engine.database("d").put(bytes("a"), bytes("2"))).isGreaterThan(first);
    }
  }

  @Test
  void manyEntriesSurviveFlushesAndMerges() {
    EngineOptions options =
        EngineOptions.defaults()
            .withMemoryLimit(64L << 20)
            .withDurability(Durability.OS)
            .withMemtableBytes(64 * 1024)
            .withBlockBytes(512)
            .withWalSegmentBytes(128 * 1024);
    try (Engine engine = open(options)) {
      Database database = engine.createDatabase("d");
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 4_000; i++) {
          database.put(bytes("key" + i), bytes("value" + round + "-" + i));
        }
      }
      assertThat(database.stats().flushes()).isPositive();
      database.compact();
      assertThat(database.stats().runs()).isEqualTo(1);
      check(database);
    }
    try (Engine engine = open(options)) {
      check(engine.database("d"));
      assertThat(engine.verify().problems()).isEmpty();
    }
  }

  private static void check(Database database) {
    for (int i = 0; i < 4_000; i++) {
      assertThat(value(database, "key" + i)).contains("value4-" + i);
    }
    assertThat(database.count(KeyRange.all())).isEqualTo(4_000);
  }

  @Test
  void aBatchIsWrittenWholeAndACursorWalksBothWays() {
    try (Engine engine = open();
        WriteBatch batch = engine.createDatabase("d").newBatch()) {
      Database database = engine.database("d");
      batch.put(bytes("a"), bytes("1")).put(bytes("b"), bytes("2")).put(bytes("c"), bytes("3"));
      database.write(batch, Durability.ALWAYS);
      assertThat(keys(database, false)).containsExactly("a", "b", "c");
      assertThat(keys(database, true)).containsExactly("c", "b", "a");
    }
  }

  private static List<String> keys(Database database, boolean reverse) {
    List<String> keys = new ArrayList<>();
    try (Cursor cursor = database.cursor(KeyRange.all(), reverse)) {
      while (cursor.next()) {
        keys.add(new String(cursor.key(), UTF_8));
      }
    }
    return keys;
  }

  @Test
  void aSecondEngineOnTheDirectoryIsRefused() {
    try (Engine engine = open()) {
      assertThat(engine.databases()).isEmpty();
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED));
    }
  }

  @Test
  void aDroppedDatabaseIsGone() {
    try (Engine engine = open()) {
      Database database = engine.createDatabase("d");
      long version = database.put(bytes("a"), bytes("1"));
      engine.dropDatabase("d");
      assertThat(engine.databases()).isEmpty();
      assertThatThrownBy(() -> database.get(bytes("a")))
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
      Database again = engine.createDatabase("d");
      assertThat(value(again, "a")).isEmpty();
      assertThat(again.put(bytes("a"), bytes("2"))).isGreaterThan(version);
    }
    assertThat(Engine.verifyDirectory(directory).problems()).isEmpty();
  }
}
