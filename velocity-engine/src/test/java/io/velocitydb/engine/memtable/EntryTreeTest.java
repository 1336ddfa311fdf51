package io.velocitydb.engine.memtable;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTreeTest {
  private static final int STEPS = 300;

  private final NativeMemory memory = new NativeMemory();

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(memory.allocated()).isZero();
  }

  private record Version(String key, long sequence) {
    private static final Comparator<Version> ORDER =
        Comparator.comparing(Version::key)
            .thenComparing(Comparator.comparingLong(Version::sequence).reversed());
  }

  private static Version version(long node) {
    return node == 0
        ? null
        : new Version(
            new String(
                Memory.bytes(EntryNode.keyAddress(node), EntryNode.keyLength(node)),
                StandardCharsets.US_ASCII),
            EntryNode.sequence(node));
  }

  private static void insert(EntryTree tree, Arena arena, NativeBytes key, long sequence) {
    tree.insert(
        EntryNode.create(
            arena,
            sequence,
            EntryKind.PUT,
            (byte) 0,
            0,
            key.address(),
            key.length(),
            key.address(),
            0));
  }

  @ParameterizedTest
  @CsvSource({
    "ascending, 1, 0",
    "descending, 1, 0",
    "random, 2, 4",
    "random, 3, 0",
    "few keys, 4, 0",
    "few keys, 5, 5",
    "one key, 6, 0"
  })
  void everySearchAndEveryStepAgreesWithAModel(String shape, long seed, int prefixLength) {
    Random random = new Random(seed);
    Arena arena = new Arena(memory);
    EntryTree tree =
        EntryTree.expecting(
            "key00".substring(0, prefixLength).getBytes(StandardCharsets.US_ASCII), arena);
    NavigableSet<Version> model = new TreeSet<>(Version.ORDER);
    EntryTree.Position at = new EntryTree.Position();
    assertThat(tree.isEmpty()).isTrue();
    int entries = 30_000;
    try (NativeBytes key = new NativeBytes(memory)) {
      for (int i = 1; i <= entries; i++) {
        String name = name(shape, i, entries, random);
        insert(tree, arena, key.set(name), i);
        model.add(new Version(name, i));
        if (i < 200 || i % 97 == 0) {
          Version sought =
              new Version(
                  name(shape, 1 + random.nextInt(entries), entries, random),
                  random.nextInt(entries + 1));
          key.set(sought.key);
          tree.atOrAfter(at, key.address(), key.length(), sought.sequence);
          assertThat(version(at.node())).isEqualTo(model.ceiling(sought));
          walk(tree, at, model, random);
          tree.atOrBefore(at, key.address(), key.length(), sought.sequence);
          assertThat(version(at.node())).isEqualTo(model.floor(sought));
          walk(tree, at, model, random);
          tree.first(at);
          assertThat(version(at.node())).isEqualTo(model.first());
          tree.last(at);
          assertThat(version(at.node())).isEqualTo(model.last());
        }
      }
      tree.first(at);
      for (Version each : model) {
        assertThat(version(at.node())).isEqualTo(each);
        tree.next(at);
      }
      assertThat(at.node()).isZero();
    }
    arena.free();
  }

  private static String name(String shape, int i, int entries, Random random) {
    int number =
        switch (shape) {
          case "ascending" -> i;
          case "descending" -> entries - i;
          case "random" -> random.nextInt(1_000_000);
          case "few keys" -> random.nextInt(50);
          default -> 7;
        };
    return String.format("key%07d", number);
  }

  private static void walk(
      EntryTree tree, EntryTree.Position at, NavigableSet<Version> model, Random random) {
    for (int step = 0; step < 5 && at.node() != 0; step++) {
      Version here = version(at.node());
      if (random.nextInt(3) > 0) {
        tree.next(at);
        assertThat(version(at.node())).isEqualTo(model.higher(here));
      } else {
        tree.previous(at);
        assertThat(version(at.node())).isEqualTo(model.lower(here));
      }
    }
  }

  /**
   * Write number n adds key {@code n * 7919 mod KEYS}, so a reader that knows how many were added
   * before it began knows which keys it must meet, and that none comes twice or out of order.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void readersMissNothingWhileLeavesFillAndSplit(long seed) throws Exception {
    Arena arena = new Arena(memory);
    EntryTree tree = EntryTree.expecting("000".getBytes(StandardCharsets.US_ASCII), arena);
    AtomicLong added = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<?>> running = new ArrayList<>();
      Callable<?> forward = () -> walkWhileInserting(tree, added, new Random(seed), true);
      Callable<?> backward = () -> walkWhileInserting(tree, added, new Random(seed + 9), false);
      running.add(threads.submit(forward));
      running.add(threads.submit(backward));
      running.add(threads.submit(() -> insertAll(tree, arena, added)));
      for (Future<?> each : running) {
        each.get();
      }
    }
    arena.free();
  }

  private static final int KEYS = 200_003; // prime

  private Object insertAll(EntryTree tree, Arena arena, AtomicLong added) {
    try (NativeBytes key = new NativeBytes(memory)) {
      for (long n = 1; n < KEYS; n++) {
        insert(tree, arena, key.set(String.format("%09d", n * 7919 % KEYS)), n);
        added.set(n);
      }
    }
    return true;
  }

  private Object walkWhileInserting(
      EntryTree tree, AtomicLong added, Random random, boolean forward) {
    long inverse = 1;
    while (inverse * 7919 % KEYS != 1) {
      inverse++;
    }
    EntryTree.Position at = new EntryTree.Position();
    try (NativeBytes key = new NativeBytes(memory)) {
      for (long known = 0; known < KEYS - 1; ) {
        known = added.get();
        long next = random.nextInt(KEYS);
        key.set(String.format("%09d", next));
        if (forward) {
          tree.atOrAfter(at, key.address(), key.length(), Long.MAX_VALUE >>> 8);
        } else {
          tree.atOrBefore(at, key.address(), key.length(), 0);
        }
        for (int step = 0; step < STEPS && next > 0 && next < KEYS; step++) {
          long here = at.node() == 0 ? -1 : Long.parseLong(version(at.node()).key);
          boolean mustBeThere = next * inverse % KEYS <= known;
          if (here == next) {
            if (forward) {
              tree.next(at);
            } else {
              tree.previous(at);
            }
          } else if (mustBeThere || (here >= 0 && (forward ? here < next : here > next))) {
            throw new AssertionError("at " + here + " instead of " + next + " of " + known);
          }
          next += forward ? 1 : -1;
        }
      }
    }
    return true;
  }

  @Test
  void ascendingKeysFillTheirLeaves() {
    Arena arena = new Arena(memory);
    EntryTree tree = EntryTree.expecting(new byte[0], arena);
    try (NativeBytes key = new NativeBytes(memory)) {
      long before = arena.used();
      int entries = 10_000;
      for (int i = 0; i < entries; i++) {
        insert(tree, arena, key.set(String.format("%08d", i)), i + 1);
      }
      assertThat((arena.used() - before) / entries).as("bytes per entry").isLessThan(64);
    }
    arena.free();
  }
}
