package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a checked-in data directory holds: something of everything that a format can say, in tables
 * and in a log that was not closed. {@link OldFormatTest} opens such a directory of every format
 * that was ever released.
 *
 * <p>To make one for a new format: {@code ./mvnw -pl velocity-engine test-compile} and run this
 * class with the target directory as argument ({@code src/docs/testing.md} has the command). A
 * directory that was released is never made anew.
 */
final class FormatDirectory {
  static final long TIME = 1_800_000_000_000L;
  private static final long FAR = 1_000_000_000L;
  private static final int LONGEST_KEY = 64 * 1024;
  private static final int LARGE_VALUE = 100_000;

  private FormatDirectory() {}

  static EngineOptions options() {
    return EngineOptions.defaults()
        .withMemoryLimit(8 << 20)
        .withMemtableBytes(32 << 10)
        .withCompactionThreshold(3)
        .withBlockBytes(1024)
        .withWalSegmentBytes(32 << 10);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] key(int n) {
    return bytes("key:%05d".formatted(n));
  }

  private static byte[] value(int n) {
    return bytes("value " + n + " " + "v".repeat(n % 90));
  }

  private static byte[] longestKey() {
    byte[] key = new byte[LONGEST_KEY];
    Arrays.fill(key, (byte) 'L');
    return key;
  }

  private static byte[] largeValue() {
    byte[] value = new byte[LARGE_VALUE];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i * 31 + (i >> 8));
    }
    return value;
  }

  /** Writes a directory; the argument must not exist. */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    FakeClock clock = new FakeClock(TIME);
    SimVfs disk = new SimVfs(1);
    NativeMemory memory = new NativeMemory();
    StepBackground background = new StepBackground(1, clock);
    Engine engine =
        Engine.open(
            Machine.DIRECTORY,
            options(),
            new EngineEnvironment(disk, clock, memory, background, EngineListener.NONE));
    write(engine, clock, background);
    // Copied while open: the log ends as that of a killed process does.
    for (Path file : disk.files()) {
      String name = Machine.DIRECTORY.relativize(file).toString();
      if (name.endsWith("LOCK") || name.contains("RESERVE")) {
        continue;
      }
      Path copy = target.resolve(name);
      Files.createDirectories(copy.getParent());
      Files.write(copy, disk.contents(file));
    }
    engine.close();
  }

  private static void write(Engine engine, FakeClock clock, StepBackground background) {
    Database first = engine.createDatabase("first");
    for (int i = 0; i < 600; i++) {
      first.put(key(i), value(i));
    }
    first.flush();
    first.compact();
    background.runAll();
    for (int i = 0; i < 600; i += 3) {
      first.put(key(i), value(i + 1));
    }
    first.delete(key(100));
    try (WriteBatch batch = first.newBatch()) {
      batch.deleteRange(KeyRange.of(key(200), key(250)));
      batch.put(bytes("expires"), bytes("far"), (byte) 1, Expiry.in(FAR), Condition.ALWAYS, false);
      batch.put(bytes("expired"), bytes("gone"), (byte) 0, Expiry.in(10), Condition.ALWAYS, false);
      batch.increment(bytes("counter"), 41, 0, Expiry.NONE);
      batch.put(bytes("json"), bytes("{\"a\":1}"), (byte) 2, Expiry.NONE, Condition.ALWAYS, false);
      first.write(batch, Durability.ALWAYS);
    }
    first.put(longestKey(), bytes("longest"));
    first.put(bytes("large"), largeValue());
    first.put(bytes("empty"), new byte[0]);
    first.flush();
    clock.advance(1_000);
    try (WriteBatch batch = first.newBatch()) {
      batch.increment(bytes("counter"), 1, 0, Expiry.NONE);
      batch.append(bytes("appended"), bytes("tail"), (byte) 1);
      batch.deleteRange(KeyRange.of(key(400), key(420)));
      batch.put(key(410), value(7));
      batch.expire(key(0), Expiry.in(FAR), Condition.ALWAYS);
      first.write(batch, Durability.ALWAYS);
    }
    first.put(bytes("large in the log"), largeValue());
    engine.createDatabase("second").put(bytes("k"), bytes("v"));
    engine.createDatabase("empty");
  }

  /** Fails unless an engine that opened such a directory shows exactly what was written. */
  static void check(Engine engine) {
    assertThat(List.copyOf(engine.databases())).containsExactly("empty", "first", "second");
    Database first = engine.database("first");
    assertThat(first.verify().problems()).isEmpty();
    int live = 0;
    for (int i = 0; i < 600; i++) {
      boolean deleted = i == 100 || (i >= 200 && i < 250) || (i >= 400 && i < 420 && i != 410);
      if (deleted) {
        assertThat(first.get(key(i))).as("key %d", i).isEmpty();
        continue;
      }
      live++;
      Entry entry = first.get(key(i)).orElseThrow();
      byte[] expected = i == 410 ? value(7) : i % 3 == 0 ? value(i + 1) : value(i);
      assertThat(entry.value()).as("key %d", i).isEqualTo(expected);
      assertThat(entry.expiresAtMs()).isEqualTo(i == 0 ? TIME + 1_000 + FAR : 0);
    }
    assertThat(first.get(bytes("expires")).orElseThrow().expiresAtMs()).isEqualTo(TIME + FAR);
    assertThat(first.get(bytes("expires")).orElseThrow().encoding()).isEqualTo((byte) 1);
    assertThat(first.get(bytes("expired"))).isEmpty();
    assertThat(first.get(bytes("counter")).orElseThrow().value()).isEqualTo(bytes("42"));
    assertThat(first.get(bytes("json")).orElseThrow().encoding()).isEqualTo((byte) 2);
    assertThat(first.get(longestKey()).orElseThrow().value()).isEqualTo(bytes("longest"));
    assertThat(first.get(bytes("large")).orElseThrow().value()).isEqualTo(largeValue());
    assertThat(first.get(bytes("large in the log")).orElseThrow().value()).isEqualTo(largeValue());
    assertThat(first.get(bytes("empty")).orElseThrow().value()).isEmpty();
    assertThat(first.get(bytes("appended")).orElseThrow().value()).isEqualTo(bytes("tail"));
    assertThat(first.count(KeyRange.all())).isEqualTo(live + 8);
    assertThat(engine.database("second").get(bytes("k")).orElseThrow().value())
        .isEqualTo(bytes("v"));
    assertThat(engine.database("empty").count(KeyRange.all())).isZero();
  }
}
