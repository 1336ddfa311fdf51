package io.velocitydb.engine.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens an empty directory and then one with many databases, uses all of them, lets them rest, and
 * waits after each step until it is told to go on.
 */
final class ManyDatabasesChild {
  private static final long IDLE_NANOS = 121_000_000_000L;

  private static final AtomicLong ahead = new AtomicLong();
  private static final NativeMemory memory = new NativeMemory();

  private ManyDatabasesChild() {}

  /** The machine's clock, as far ahead as it was put. */
  private static final class Movable implements Clock {
    @Override
    public long wallMillis() {
      return System.currentTimeMillis() + ahead.get() / 1_000_000;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime() + ahead.get();
    }
  }

  /** The given directory, and how many databases it shall have. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int count = Integer.parseInt(args[1]);
    build(directory.resolve("one"), 1);
    build(directory.resolve("many"), count);
    try (Engine engine = open(directory.resolve("one"))) {
      use(engine);
      rest(engine);
      report("idle");
    }
    long start = System.nanoTime();
    try (Engine engine = open(directory.resolve("many"))) {
      System.out.println("opened " + (System.nanoTime() - start) / 1_000_000);
      report("untouched");
      use(engine);
      report("used");
      rest(engine);
      report("rested");
    }
  }

  private static Engine open(Path directory) {
    return Engine.open(
        directory,
        EngineOptions.defaults().withMemoryLimit(64 << 20),
        new EngineEnvironment(
            RealVfs.system(),
            new Movable(),
            memory,
            new ThreadedBackground(),
            EngineListener.NONE));
  }

  private static void build(Path directory, int count) throws InterruptedException {
    try (Engine engine = open(directory)) {
      for (int i = 0; i < count; i++) {
        Database database = engine.createDatabase("database" + i);
        try (WriteBatch batch = database.newBatch()) {
          for (int k = 0; k < 100; k++) {
            batch.put(("key" + k).getBytes(UTF_8), new byte[100]);
          }
          database.write(batch, Durability.OS);
        }
        database.flush();
      }
      rest(engine);
    }
  }

  private static void use(Engine engine) {
    for (String name : engine.databases()) {
      Database database = engine.database(name);
      var _ = database.get("key1".getBytes(UTF_8)).orElseThrow();
      try (WriteBatch batch = database.newBatch()) {
        database.write(batch.put("key2".getBytes(UTF_8), new byte[100]), Durability.OS);
      }
    }
  }

  /** Puts the clock ahead until every database has given back what it can. */
  private static void rest(Engine engine) throws InterruptedException {
    // One step each: flush, end of the log, what was read, what else is kept.
    for (int step = 0; step < 5; step++) {
      ahead.addAndGet(IDLE_NANOS);
      Thread.sleep(1_100);
    }
    for (String name : engine.databases()) {
      if (engine.database(name).stats().memtableBytes() != 0) {
        throw new IllegalStateException(name + " does not rest");
      }
    }
  }

  @SuppressWarnings("SystemGc")
  private static void report(String what) throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    System.out.println("native " + memory.allocated());
    System.out.println(what);
    if (System.in.read() < 0) {
      throw new IllegalStateException("nobody listens any more");
    }
  }
}
