package io.velocitydb.engine.torture;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WriteBatch;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that writes until it is killed, and tells its parent through standard output what it
 * attempts and what was acknowledged. Each thread counts up in two keys of its own, set by one
 * batch, and in a key that all of them increment.
 */
final class KillChild {
  static final String DATABASE = "kill";
  static final int THREADS = 4;

  private KillChild() {}

  static byte[] key(int thread, char which) {
    return ("thread:" + thread + ":" + which).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] sharedKey() {
    return "shared".getBytes(StandardCharsets.UTF_8);
  }

  /** A value that is long enough for many flushes, and says its number twice. */
  static byte[] value(long n) {
    return (n + ":" + "x".repeat((int) (n % 700)) + ":" + n).getBytes(StandardCharsets.UTF_8);
  }

  static long number(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    long number = Long.parseLong(text.substring(0, text.indexOf(':')));
    if (!text.equals(new String(value(number), StandardCharsets.UTF_8))) {
      throw new AssertionError("a value that was never written: " + text);
    }
    return number;
  }

  static EngineOptions options() {
    return EngineOptions.defaults()
        .withMemoryLimit(16L << 20)
        .withSyncIntervalMs(50)
        .withMemtableBytes(128 << 10)
        .withCompactionThreshold(3)
        .withWalSegmentBytes(256 << 10);
  }

  /** Each life of the process writes its log in another way. */
  private static EngineOptions.WalIo way(long from) {
    EngineOptions.WalIo[] ways = EngineOptions.WalIo.values();
    return ways[(int) Math.floorMod(from, (long) ways.length)];
  }

  /** Arguments: directory, and the number that each thread begins above. */
  public static void main(String[] args) throws Exception {
    long[] from = new long[THREADS];
    for (int t = 0; t < THREADS; t++) {
      from[t] = Long.parseLong(args[1 + t]);
    }
    try (OutputStream out = new FileOutputStream(FileDescriptor.out);
        Engine engine = Engine.open(Path.of(args[0]), options().withWalIo(way(from[0])))) {
      Database database =
          engine.databases().contains(DATABASE)
              ? engine.database(DATABASE)
              : engine.createDatabase(DATABASE);
      tell(out, "open");
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        threads.add(Thread.ofPlatform().start(() -> write(database, thread, from[thread], out)));
      }
      for (Thread thread : threads) {
        thread.join();
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
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void write(Database database, int thread, long from, OutputStream out) {
    try (WriteBatch batch = database.newBatch()) {
      for (long n = from + 1; ; n++) {
        tell(out, "try " + thread + " " + n);
        batch.clear();
        batch.put(key(thread, 'a'), value(n));
        batch.put(key(thread, 'b'), value(n));
        batch.increment(sharedKey(), 1, 0, io.velocitydb.engine.Expiry.NONE);
        database.write(batch, Durability.values()[(int) (n % 3)]);
        tell(out, "done " + thread + " " + n);
      }
    }
  }
}
