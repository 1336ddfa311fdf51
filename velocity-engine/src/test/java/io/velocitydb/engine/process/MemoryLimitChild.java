package io.velocitydb.engine.process;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes many times its memory limit, while others read, scan and delete, and says when it is ready
 * to begin and how far it came. Its values do not compress.
 */
final class MemoryLimitChild {
  private static final int VALUE_BYTES = 500;
  private static final int BATCH = 20;
  private static final int DELETED_SHARE = 50;
  private static final int READERS = 2;
  private static final NativeMemory MEMORY = new NativeMemory();

  private static volatile boolean done;
  private static volatile long written;
  private static volatile long accounted;

  private MemoryLimitChild() {}

  /** The directory, the limit and the data in MiB. */
  public static void main(String[] args) throws Exception {
    long limit = Long.parseLong(args[1]) << 20;
    long data = Long.parseLong(args[2]) << 20;
    System.out.println("idle");
    if (System.in.read() < 0) {
      return;
    }
    run(Path.of(args[0]), limit, data);
    System.out.println("accounted " + accounted);
    System.out.println("written " + written);
    System.out.println("end");
  }

  private static void run(Path directory, long limit, long data) throws InterruptedException {
    try (ThreadedBackground background = new ThreadedBackground();
        Engine engine =
            Engine.open(
                directory,
                EngineOptions.defaults().withMemoryLimit(limit),
                new EngineEnvironment(
                    RealVfs.system(), Clock.system(), MEMORY, background, EngineListener.NONE))) {
      Database[] databases = {engine.createDatabase("a"), engine.createDatabase("b")};
      List<Thread> others = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        int seed = i;
        others.add(Thread.ofPlatform().start(() -> read(databases, new SplittableRandom(seed))));
      }
      others.add(Thread.ofPlatform().start(MemoryLimitChild::watch));
      write(databases, data, new SplittableRandom(7));
      done = true;
      for (Thread other : others) {
        other.join();
      }
      StringBuilder tags = new StringBuilder();
      for (MemoryTag tag : MemoryTag.values()) {
        tags.append(' ').append(tag).append('=').append(MEMORY.allocated(tag) >> 10);
      }
      System.out.println("tags" + tags);
      System.out.println("reads " + (databases[0].stats().reads() + databases[1].stats().reads()));
      System.out.println(
          "tables " + (databases[0].stats().tableBytes() + databases[1].stats().tableBytes()));
    }
  }

  private static void watch() {
    while (!done) {
      accounted = Math.max(accounted, MEMORY.allocated());
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(16).putLong(number * 0x9E3779B97F4A7C15L).putLong(number).array();
  }

  private static void write(Database[] databases, long data, SplittableRandom random) {
    byte[] value = new byte[VALUE_BYTES];
    long number = 0;
    for (long bytes = 0; bytes < data; bytes += (long) BATCH * (VALUE_BYTES + 16)) {
      Database database = databases[random.nextInt(databases.length)];
      try (WriteBatch batch = database.newBatch()) {
        for (int i = 0; i < BATCH; i++) {
          if (random.nextInt(DELETED_SHARE) == 0 && number > 0) {
            batch.delete(key(random.nextLong(number)));
          }
          random.nextBytes(value);
          batch.put(key(number++), value);
        }
        database.write(batch, Durability.OS);
      }
      written = number;
    }
  }

  private static void read(Database[] databases, SplittableRandom random) {
    while (!done) {
      long known = Math.max(1, written);
      Database database = databases[random.nextInt(databases.length)];
      switch (random.nextInt(20)) {
        case 0 -> scan(database, key(random.nextLong(known)));
        case 1 -> database.get(key(-1 - random.nextLong(known)));
        default -> database.get(key(random.nextLong(known)));
      }
    }
  }

  private static void scan(Database database, byte[] from) {
    try (Cursor cursor = database.cursor(KeyRange.from(from), false)) {
      for (int i = 0; i < 100 && cursor.next(); i++) {
        if (cursor.value().length != VALUE_BYTES) {
          throw new IllegalStateException("a value of " + cursor.value().length + " bytes");
        }
      }
    }
  }
}
