package io.velocitydb.engine.torture;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.WriteBatch;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that writes until it is killed, and tells its parent through standard output what it
 * found, what it attempts and what was acknowledged. Each thread counts up in two keys of its own,
 * set by one batch that also deletes or brings back a third, and in a key of its database that all
 * threads there increment.
 */
final class KillChild {
  static final int THREADS = 4;

  /** Each n-th value is so long that it may lie in a file of its own kind. */
  private static final int LARGE_EVERY = 23;

  private static final int LARGE_BYTES = 20_000;

  private KillChild() {}

  static String database(int thread, int databases) {
    return "kill-" + thread % databases;
  }

  static byte[] key(int thread, char which) {
    return ("thread:" + thread + ":" + which).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] sharedKey() {
    return "shared".getBytes(StandardCharsets.UTF_8);
  }

  /** A value that is long enough for many flushes, and says its number twice. */
  static byte[] value(long n) {
    int length = n % LARGE_EVERY == 0 ? LARGE_BYTES : (int) (n % 700);
    return (n + ":" + "x".repeat(length) + ":" + n).getBytes(StandardCharsets.UTF_8);
  }

  static long number(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    long number = Long.parseLong(text.substring(0, text.indexOf(':')));
    if (!text.equals(new String(value(number), StandardCharsets.UTF_8))) {
      throw new AssertionError("a value that was never written: " + text);
    }
    return number;
  }

  /** What a key of a thread says, 0 if there is none. */
  static long number(Database database, int thread, char which) {
    return database.get(key(thread, which)).map(entry -> number(entry.value())).orElse(0L);
  }

  /** Arguments: directory, seed, and which life of the directory this is, from 1 on. */
  public static void main(String[] args) throws Exception {
    long seed = Long.parseLong(args[1]);
    int life = Integer.parseInt(args[2]);
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      tell(out, "begin");
      try (Engine engine = Engine.open(Path.of(args[0]), KillOptions.of(seed, life))) {
        List<Database> databases = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          String name = database(t, KillOptions.databases(seed));
          databases.add(
              engine.databases().contains(name)
                  ? engine.database(name)
                  : engine.createDatabase(name));
        }
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          int thread = t;
          long from = number(databases.get(t), t, 'a');
          tell(out, "found " + t + " " + from);
          threads.add(
              Thread.ofPlatform()
                  .unstarted(
                      () ->
                          write(
                              databases.get(thread),
                              thread,
                              from,
                              new Random(seed + life * 31L + thread),
                              out)));
        }
        tell(out, "open");
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }
  }

  /** One line in one write: what was told stays told when this process is killed. */
  private static void tell(OutputStream out, String line) {
    try {
      synchronized (out) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(
      Database database, int thread, long from, Random random, OutputStream out) {
    Durability[] durabilities = Durability.values();
    try (WriteBatch batch = database.newBatch()) {
      for (long n = from + 1; ; n++) {
        tell(out, "try " + thread + " " + n);
        batch.clear();
        batch.put(key(thread, 'a'), value(n));
        batch.put(key(thread, 'b'), value(n));
        if (n % 2 == 0) {
          batch.put(key(thread, 'c'), value(n));
        } else {
          batch.delete(key(thread, 'c'));
        }
        batch.increment(sharedKey(), 1, 0, Expiry.NONE);
        database.write(batch, durabilities[random.nextInt(durabilities.length)]);
        tell(out, "done " + thread + " " + n);
      }
    }
  }
}
