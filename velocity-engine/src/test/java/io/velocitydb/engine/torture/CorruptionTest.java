package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.SimVfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Damage at every place of every file of a small directory: reading it ends in an error or in the
 * right value, never in a wrong one, and never in anything worse than an {@link EngineException}.
 */
class CorruptionTest {
  private static final int EVERY_OFFSET_BELOW = 3_000;
  private static final int LOG_HEADER_BYTES = 56;
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withMemoryLimit(8 << 20)
          .withMemtableBytes(8 << 10)
          .withCompactionThreshold(3)
          .withBlockBytes(256)
          .withWalSegmentBytes(16 << 10)
          .withBlobBytes(38)
          .withBlobFileBytes(1 << 10);

  /** Where a group of the log lies, and what the database holds after it. */
  private record Group(Path file, int start, int end, Map<String, String> contents) {}

  /**
   * A directory.
   *
   * @param groups all writes, the last one last
   * @param closed whether the end of the log was noted by an orderly close
   */
  private record Image(SimVfs disk, List<Group> groups, boolean closed) {
    /**
     * What may be shown despite damage: everything. But only an intact group behind it tells that a
     * group was synced, so after a kill the last group may pass for a torn tail, and with it those
     * before it that the same damage reaches into.
     */
    List<Map<String, String>> allowed(Damage damage) {
      List<Map<String, String>> allowed = new ArrayList<>();
      int last = groups.size() - 1;
      allowed.add(groups.get(last).contents);
      while (!closed && damage.touches(groups.get(last))) {
        last--;
        allowed.add(groups.get(last).contents);
      }
      return allowed;
    }
  }

  /**
   * A change to one file.
   *
   * @param from first byte of it
   * @param to behind the last byte; the same where it is not one place that changes
   */
  private record Damage(String name, Path file, int from, int to, UnaryOperator<byte[]> change) {
    boolean touches(Group group) {
      return file.equals(group.file) && from < group.end && to > group.start;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Tables of two flushes, a range delete, and a log of some groups behind. */
  private static Image image(boolean orderly) throws IOException {
    return image(orderly, 2);
  }

  private static Image image(boolean orderly, long seed) throws IOException {
    Machine machine = new Machine(1);
    Random random = new Random(seed);
    TreeMap<String, String> now = new TreeMap<>();
    List<Group> groups = new ArrayList<>();
    Engine engine = machine.open(OPTIONS);
    Database database = engine.createDatabase("a");
    for (int i = 0; i < 130; i++) {
      String key = "key%03d".formatted(random.nextInt(60));
      if (i == 55 || i == 100) {
        database.flush();
      }
      if (i % 20 == 13) {
        String last = "key%03d".formatted(random.nextInt(60));
        try (WriteBatch batch = database.newBatch()) {
          batch.deleteRange(KeyRange.of(bytes(key), bytes(last.compareTo(key) > 0 ? last : key)));
          database.write(batch, Durability.ALWAYS);
        }
        if (last.compareTo(key) > 0) {
          now.subMap(key, last).clear();
        }
      } else if (i % 9 == 4) {
        database.delete(bytes(key));
        now.remove(key);
      } else {
        String value = "value " + i + " " + "v".repeat(random.nextInt(40));
        database.put(bytes(key), bytes(value));
        now.put(key, value);
      }
      groups.add(lastGroup(machine.disk, groups, new TreeMap<>(now)));
    }
    if (orderly) {
      engine.close();
      return new Image(machine.disk.copy(1), groups, true);
    }
    SimVfs disk = machine.disk.copy(1);
    machine.disk.powerOff();
    try {
      engine.close();
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(EngineException.Kind.STORAGE_ERROR);
    }
    return new Image(disk, groups, false);
  }

  /** The group that ends the log now. */
  private static Group lastGroup(SimVfs disk, List<Group> before, Map<String, String> contents)
      throws IOException {
    Group found = null;
    for (Path file : disk.files()) {
      // A segment that waits for its first group has a header only.
      int end = file.toString().endsWith(".wal") ? used(disk.contents(file)) : 0;
      if (end > LOG_HEADER_BYTES && (found == null || file.compareTo(found.file) > 0)) {
        boolean first = before.isEmpty() || !before.getLast().file.equals(file);
        found = new Group(file, first ? LOG_HEADER_BYTES : before.getLast().end, end, contents);
      }
    }
    return java.util.Objects.requireNonNull(found);
  }

  private static List<Damage> damages(SimVfs disk) throws IOException {
    List<Damage> damages = new ArrayList<>();
    for (Path file : disk.files()) {
      byte[] contents = disk.contents(file);
      int used = used(contents);
      for (int at = 0; at < contents.length; at += step(at, used)) {
        int offset = at;
        damages.add(new Damage("bit flipped at " + at, file, at, at + 1, b -> flip(b, offset)));
        if (at % 4 == 0 && at <= used) {
          damages.add(
              new Damage("8 bytes zeroed at " + at, file, at, at + 8, b -> zero(b, offset)));
        }
        if (at % 8 == 0 || at > used) {
          damages.add(new Damage("cut at " + at, file, at, at + 1, b -> Arrays.copyOf(b, offset)));
        }
      }
      damages.add(new Damage("bytes appended", file, 0, 0, b -> Arrays.copyOf(b, b.length + 100)));
      for (Path other : disk.files()) {
        if (!other.equals(file)) {
          byte[] foreign = disk.contents(other);
          damages.add(new Damage("replaced by " + other, file, 0, 0, b -> foreign));
        }
      }
    }
    return damages;
  }

  /** Bytes before the zeros at the end. */
  private static int used(byte[] contents) {
    int used = contents.length;
    while (used > 0 && contents[used - 1] == 0) {
      used--;
    }
    return used;
  }

  private static int step(int at, int used) {
    return at > used + 32 ? 997 : at < EVERY_OFFSET_BELOW ? 1 : 7;
  }

  private static byte[] flip(byte[] contents, int at) {
    byte[] damaged = contents.clone();
    damaged[at] ^= (byte) (1 << (at % 8));
    return damaged;
  }

  private static byte[] zero(byte[] contents, int at) {
    byte[] damaged = contents.clone();
    Arrays.fill(damaged, at, Math.min(at + 8, damaged.length), (byte) 0);
    return damaged;
  }

  /** Opens and reads everything in every way; what is read must be allowed. */
  private static boolean readsRightOrFails(SimVfs disk, List<Map<String, String>> allowed) {
    Machine machine = new Machine(disk, 1);
    boolean noticed = false;
    try (Engine engine = machine.open(OPTIONS)) {
      Database database = engine.database("a");
      List<Map<String, String>> left = new ArrayList<>(allowed);
      for (int from = 0; from < 61; from += 6) {
        List<String> keys =
            IntStream.range(from, Math.min(61, from + 6)).mapToObj("key%03d"::formatted).toList();
        try {
          List<Optional<Entry>> entries =
              database.multiGet(keys.stream().map(CorruptionTest::bytes).toList());
          for (int i = 0; i < keys.size(); i++) {
            keepThoseWith(left, keys.get(i), entries.get(i));
          }
        } catch (EngineException e) {
          noticed = true;
        }
      }
      for (int i = 0; i < 61; i++) {
        String key = "key%03d".formatted(i);
        try {
          keepThoseWith(left, key, database.get(bytes(key)));
        } catch (EngineException e) {
          noticed = true;
        }
      }
      for (boolean reverse : new boolean[] {false, true}) {
        try {
          Map<String, String> found = scan(database, reverse);
          left.removeIf(state -> !state.equals(found));
          assertThat(left).as("contents %s", found).isNotEmpty();
        } catch (EngineException e) {
          noticed = true;
        }
      }
      noticed |= !database.verify().clean();
    } catch (EngineException e) {
      noticed = true;
    }
    machine.demandNothingLeft();
    return noticed;
  }

  private static void keepThoseWith(
      List<Map<String, String>> left, String key, Optional<Entry> entry) {
    String value = entry.map(e -> new String(e.value(), StandardCharsets.UTF_8)).orElse("missing");
    left.removeIf(state -> !state.getOrDefault(key, "missing").equals(value));
    assertThat(left).as("%s is %s", key, value).isNotEmpty();
  }

  private static Map<String, String> scan(Database database, boolean reverse) {
    Map<String, String> found = new TreeMap<>();
    String before = "";
    try (Cursor cursor = database.cursor(KeyRange.all(), reverse)) {
      while (cursor.next()) {
        String key = new String(cursor.key(), StandardCharsets.UTF_8);
        assertThat(before.isEmpty() || (before.compareTo(key) < 0) != reverse)
            .as("order of %s and %s", before, key)
            .isTrue();
        found.put(key, new String(cursor.value(), StandardCharsets.UTF_8));
        before = key;
      }
    }
    return found;
  }

  /** Applies one damage; fails when what is read then is wrong. */
  private static boolean isNoticed(Image image, Damage damage, long seed) throws IOException {
    SimVfs disk = image.disk.copy(seed);
    byte[] before = disk.contents(damage.file);
    byte[] after = damage.change.apply(before);
    if (Arrays.equals(before, after)) {
      return false;
    }
    disk.setContents(damage.file, after);
    try {
      boolean seen = readsRightOrFails(disk, image.allowed(damage));
      // Tables have no byte that no checksum covers.
      if (damage.file.toString().endsWith(".sst")) {
        assertThat(seen).as("damage in a table is noticed").isTrue();
      }
      return seen;
    } catch (Throwable e) {
      throw new AssertionError(damage.name + " of " + damage.file + ": " + e, e);
    }
  }

  /** A random directory, and some random damages of it, one at a time. */
  static void randomDamage(long seed) throws IOException {
    Random random = new Random(seed);
    Image image = image(random.nextBoolean(), random.nextLong());
    List<Damage> damages = damages(image.disk);
    for (int i = 0; i < 20; i++) {
      isNoticed(image, damages.get(random.nextInt(damages.size())), random.nextLong());
    }
  }

  private static void damageEverything(String test, Image image) throws IOException {
    List<Map<String, String>> everything = List.of(image.groups.getLast().contents);
    assertThat(readsRightOrFails(image.disk.copy(1), everything)).as("undamaged").isFalse();
    assertThat(image.disk.files().toString()).contains(".blob");
    List<Damage> damages = damages(image.disk);
    AtomicLong noticed = new AtomicLong();
    Runs.seeds(
        test,
        damages.size(),
        seed -> {
          if (isNoticed(image, damages.get((int) seed - 1), seed)) {
            noticed.incrementAndGet();
          }
        });
    if (Long.getLong("velocity.seed") == null) {
      assertThat(noticed.get()).isGreaterThan(damages.size() / 3);
    }
  }

  @Test
  void damageAfterAnOrderlyCloseIsNoticedOrHarmless() throws IOException {
    damageEverything("CorruptionTest#damageAfterAnOrderlyCloseIsNoticedOrHarmless", image(true));
  }

  @Test
  void damageAfterAKillLosesAtMostTheGroupsThatItTouchesAtTheEnd() throws IOException {
    damageEverything(
        "CorruptionTest#damageAfterAKillLosesAtMostTheGroupsThatItTouchesAtTheEnd", image(false));
  }

  @Test
  void damageToOtherDirectoriesIsNoticedOrHarmless() {
    Runs.seeds(
        "CorruptionTest#damageToOtherDirectoriesIsNoticedOrHarmless",
        30,
        CorruptionTest::randomDamage);
  }

  @Test
  void aMissingFileIsNoticedOrHarmless() throws IOException {
    for (boolean orderly : new boolean[] {true, false}) {
      Image image = image(orderly);
      for (Path file : image.disk.files()) {
        SimVfs disk = image.disk.copy(1);
        disk.delete(file);
        disk.syncDirectory(file.getParent());
        try {
          readsRightOrFails(disk, List.of(image.groups.getLast().contents));
        } catch (AssertionError e) {
          throw new AssertionError(file + " is missing: " + e.getMessage(), e);
        }
      }
    }
  }

  @Test
  void skippingDamageNeverInventsAValue() throws IOException {
    Image image = image(false);
    List<Damage> damages = damages(image.disk);
    for (int i = 0; i < damages.size(); i += 23) {
      Damage damage = damages.get(i);
      SimVfs disk = image.disk.copy(i);
      disk.setContents(damage.file, damage.change.apply(disk.contents(damage.file)));
      Machine machine = new Machine(disk, 1);
      try (Engine engine = machine.open(OPTIONS.withWalRecovery(WalRecovery.SKIP))) {
        for (String value : scan(engine.database("a"), false).values()) {
          assertThat(value).as(damage.name + " of " + damage.file).startsWith("value ");
        }
      } catch (EngineException e) {
        assertThat(e.kind())
            .as(damage.name + " of " + damage.file + ": " + e)
            .isIn(
                EngineException.Kind.CORRUPTION,
                EngineException.Kind.UNSUPPORTED_FORMAT,
                EngineException.Kind.STORAGE_ERROR,
                EngineException.Kind.DATABASE_NOT_FOUND);
      }
      machine.demandNothingLeft();
    }
  }
}
