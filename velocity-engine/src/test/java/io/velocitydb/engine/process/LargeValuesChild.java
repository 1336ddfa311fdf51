package io.velocitydb.engine.process;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Several threads write values of one length, which do not compress, as fast as they are taken,
 * while another reads small ones that the cache is full of.
 */
final class LargeValuesChild {
  private static final int THREADS = 4;
  private static final int SMALL_BYTES = 1_000;
  private static final NativeMemory MEMORY = new NativeMemory();

  /** Of the values, which are the caller's. */
  private static final NativeMemory CALLER = new NativeMemory();

  private static final AtomicLong OVERLOADED = new AtomicLong();
  private static final Map<MemoryTag, Long> PEAKS = new EnumMap<>(MemoryTag.class);

  private static volatile boolean done;
  private static volatile long peak;

  private LargeValuesChild() {}

  /** The directory, the limit in MiB, the length of a value in bytes, and how many in all. */
  public static void main(String[] args) throws Exception {
    int length = Integer.parseInt(args[2]);
    long address = CALLER.allocate(length, MemoryTag.CURSOR);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i + Long.BYTES <= length; i += Long.BYTES) {
      Memory.putLong(address + i, random.nextLong());
    }
    System.out.println("idle");
    if (System.in.read() < 0) {
      return;
    }
    run(
        Path.of(args[0]),
        Long.parseLong(args[1]) << 20,
        address,
        length,
        Integer.parseInt(args[3]) / THREADS);
    CALLER.free(address, length, MemoryTag.CURSOR);
    System.out.println("end");
  }

  private static void run(Path directory, long limit, long value, int length, int each)
      throws Exception {
    try (ThreadedBackground background = new ThreadedBackground();
        Engine engine =
            Engine.open(
                directory,
                EngineOptions.defaults().withMemoryLimit(limit).withDurability(Durability.OS),
                new EngineEnvironment(
                    RealVfs.system(), Clock.system(), MEMORY, background, EngineListener.NONE))) {
      Database database = engine.createDatabase("large");
      Database small = engine.createDatabase("small");
      int entries = (int) (limit / SMALL_BYTES);
      for (int i = 0; i < entries; i++) {
        small.put(key(i), new byte[SMALL_BYTES]);
      }
      small.flush();
      for (int i = 0; i < 2 * entries; i++) {
        read(small, i % entries);
      }
      System.out.println("cached " + (MEMORY.allocated(MemoryTag.BLOCK_CACHE) >> 10));
      Thread watcher = Thread.ofPlatform().start(LargeValuesChild::watch);
      Thread reader = Thread.ofPlatform().start(() -> readAll(small, entries));
      long begun = System.nanoTime();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int first = i * each;
        writers.add(Thread.ofPlatform().start(() -> write(database, first, each, value, length)));
      }
      for (Thread writer : writers) {
        writer.join();
      }
      long tookMs = (System.nanoTime() - begun) / 1_000_000;
      database.flush();
      done = true;
      watcher.join();
      reader.join();
      System.out.println("ms " + tookMs);
      System.out.println("peaks " + PEAKS);
      System.out.println("accounted " + peak);
      System.out.println("log " + database.stats().walBytes());
      System.out.println("blobs " + blobBytes(directory));
      System.out.println("overloaded " + OVERLOADED);
    }
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
  }

  private static void readAll(Database database, int entries) {
    SplittableRandom random = new SplittableRandom(1);
    while (!done) {
      read(database, random.nextInt(entries));
    }
  }

  private static void read(Database database, int i) {
    if (database.get(key(i)).orElseThrow().value().length != SMALL_BYTES) {
      throw new IllegalStateException("another value of " + i);
    }
  }

  private static void watch() {
    while (!done) {
      peak = Math.max(peak, MEMORY.allocated());
      for (MemoryTag tag : MemoryTag.values()) {
        PEAKS.merge(tag, MEMORY.allocated(tag) >> 10, Math::max);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void write(Database database, int first, int count, long value, int length) {
    long key = CALLER.allocate(Long.BYTES, MemoryTag.CURSOR);
    for (int i = 0; i < count; ) {
      Memory.putLong(key, first + i);
      try {
        long _ = database.put(key, Long.BYTES, value, length, Durability.OS);
        i++;
      } catch (EngineException e) {
        if (e.kind() != Kind.OVERLOADED) {
          throw e;
        }
        OVERLOADED.incrementAndGet();
        LockSupport.parkNanos(1_000_000);
      }
    }
    CALLER.free(key, Long.BYTES, MemoryTag.CURSOR);
  }

  private static long blobBytes(Path directory) throws IOException {
    long sum = 0;
    try (Stream<Path> databases = Files.list(directory.resolve("databases"))) {
      for (Path database : databases.toList()) {
        try (Stream<Path> files = Files.list(database)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".blob")).toList()) {
            sum += Files.size(file);
          }
        }
      }
    }
    return sum;
  }
}
