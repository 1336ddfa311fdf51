package io.velocitydb.engine.memtable;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One writer, three readers. Write number n sets key {@code n * 7919 mod KEYS} to n, so a reader
 * that knows a published sequence can compute what it must find.
 */
class MemtableConcurrencyTest {
  private static final int WRITES = 120_000;
  private static final int KEYS = 20_011; // prime: each round of KEYS writes meets every key once
  private static final int RANGE_EVERY = 501;
  private static final int HOT_WRITES = 1_000_000;

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void readersSeeEverythingPublishedAndNothingTorn(long seed) throws Exception {
    NativeMemory memory = new NativeMemory();
    Memtable table = new Memtable(memory, "0000".getBytes(StandardCharsets.UTF_8));
    AtomicLong published = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        Random random = new Random(seed * 31 + r);
        Callable<?> reader =
            r == 2
                ? () -> scan(table, memory, published, random)
                : () -> read(table, memory, published, random);
        running.add(threads.submit(reader));
      }
      running.add(threads.submit(() -> write(table, memory, published)));
      for (Future<?> future : running) {
        future.get();
      }
    }
    table.release();
    assertThat(memory.allocated()).isZero();
  }

  /**
   * A seek to what is published must not answer with what is inserted just before it meanwhile: the
   * next version of the key, which nobody may see yet.
   */
  @RepeatedTest(5)
  void aSeekNeverStopsBeforeItsTarget() throws Exception {
    NativeMemory memory = new NativeMemory();
    Memtable table = new Memtable(memory);
    AtomicLong published = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> reader = threads.submit(() -> seekHotKey(table, memory, published));
      threads.submit(() -> writeHotKey(table, memory, published)).get();
      reader.get();
    }
    table.release();
    assertThat(memory.allocated()).isZero();
  }

  private static Object writeHotKey(Memtable table, NativeMemory memory, AtomicLong published) {
    try (NativeBytes key = new NativeBytes(memory)) {
      key.set("hot");
      for (long n = 1; n <= HOT_WRITES; n++) {
        table.add(n, EntryKind.PUT, (byte) 0, 0, key.address(), key.length(), key.address(), 0);
        published.set(n);
      }
    }
    return true;
  }

  private static Object seekHotKey(Memtable table, NativeMemory memory, AtomicLong published) {
    try (NativeBytes key = new NativeBytes(memory)) {
      key.set("hot");
      for (long at = 0; at < HOT_WRITES; ) {
        at = published.get();
        try (InternalCursor cursor = table.cursor()) {
          cursor.seek(key.address(), key.length(), at);
          if (at > 0 && cursor.sequence() != at) {
            throw new AssertionError("sought " + at + ", found " + cursor.sequence());
          }
        }
      }
    }
    return true;
  }

  private static long keyOf(long sequence) {
    return sequence * 7919 % KEYS;
  }

  /** The newest write of a key at or before a sequence, or 0. */
  private static long expected(long key, long sequence) {
    // 7919 * INVERSE = 1 (mod KEYS), so the sequences of a key are INVERSE * key (mod KEYS).
    long first = key * INVERSE % KEYS;
    long newest = sequence - Math.floorMod(sequence - first, (long) KEYS);
    while (newest > 0 && newest % RANGE_EVERY == 0) {
      newest -= KEYS;
    }
    return Math.max(newest, 0);
  }

  private static final long INVERSE = inverse();

  private static long inverse() {
    for (long i = 1; ; i++) {
      if (i * 7919 % KEYS == 1) {
        return i;
      }
    }
  }

  private static Object write(Memtable table, NativeMemory memory, AtomicLong published) {
    try (NativeBytes key = new NativeBytes(memory);
        NativeBytes value = new NativeBytes(memory)) {
      byte[] bytes = new byte[64];
      for (long sequence = 1; sequence <= WRITES; sequence++) {
        key.set(name(keyOf(sequence)));
        if (sequence % RANGE_EVERY == 0) {
          // Deletes from this key to the end of all keys.
          table.add(
              sequence,
              EntryKind.RANGE_DELETE,
              (byte) 0,
              0,
              key.address(),
              key.length(),
              key.address(),
              0);
        } else {
          java.util.Arrays.fill(bytes, (byte) sequence);
          value.set(bytes);
          table.add(
              sequence,
              EntryKind.PUT,
              (byte) 0,
              sequence,
              key.address(),
              key.length(),
              value.address(),
              value.length());
        }
        published.set(sequence);
      }
    }
    return true;
  }

  private static String name(long key) {
    return String.format("%08d", key);
  }

  private static void checkValue(long address, int length, long sequence) {
    if (length != 64) {
      throw new AssertionError("length " + length);
    }
    for (int i = 0; i < length; i++) {
      if (Memory.getByte(address + i) != (byte) sequence) {
        throw new AssertionError("torn value of " + sequence);
      }
    }
  }

  private static Object read(
      Memtable table, NativeMemory memory, AtomicLong published, Random random) {
    try (NativeBytes key = new NativeBytes(memory);
        PointResult result = new PointResult(memory)) {
      for (long at = 0; at < WRITES; ) {
        at = published.get();
        long snapshot = random.nextBoolean() || at == 0 ? at : at - random.nextInt((int) at);
        long wanted = random.nextInt(KEYS);
        key.set(name(wanted));
        long hash = KeyHash.of(key.address(), key.length());
        boolean found = table.get(key.address(), key.length(), hash, snapshot, result);
        long expected = expected(wanted, snapshot);
        if ((found ? result.sequence() : 0) != expected) {
          throw new AssertionError(
              "key " + wanted + " at " + snapshot + ": " + result.sequence() + ", not " + expected);
        }
        if (found) {
          checkValue(result.valueAddress(), result.valueLength(), expected);
        }
        long newestRange = snapshot / RANGE_EVERY * RANGE_EVERY;
        if (newestRange > 0 && keyOf(newestRange) <= wanted) {
          long covering = table.coveringRangeDelete(key.address(), key.length(), snapshot);
          if (covering != newestRange) {
            throw new AssertionError("covering " + covering + ", not " + newestRange);
          }
        }
      }
    }
    return true;
  }

  private static Object scan(
      Memtable table, NativeMemory memory, AtomicLong published, Random random) {
    try (NativeBytes key = new NativeBytes(memory)) {
      for (long at = 0; at < WRITES; ) {
        at = published.get();
        long from = random.nextInt(KEYS);
        key.set(name(from));
        try (InternalCursor cursor = table.cursor()) {
          cursor.seek(key.address(), key.length(), (1L << 56) - 1);
          // Walking the versions that are visible at `at`, no key's newest may be missing.
          for (long k = from; k < Math.min(KEYS, from + 200); k++) {
            long expected = expected(k, at);
            key.set(name(k));
            long newest = 0;
            while (cursor.valid()
                && Memory.compare(
                        cursor.keyAddress(), cursor.keyLength(), key.address(), key.length())
                    == 0) {
              if (cursor.sequence() <= at && newest == 0) {
                newest = cursor.sequence();
                checkValue(cursor.valueAddress(), cursor.valueLength(), newest);
              }
              cursor.next();
            }
            if (newest != expected) {
              throw new AssertionError(
                  "key " + k + " at " + at + ": " + newest + ", not " + expected);
            }
          }
        }
      }
    }
    return true;
  }
}
