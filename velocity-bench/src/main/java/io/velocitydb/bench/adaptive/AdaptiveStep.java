package io.velocitydb.bench.adaptive;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.engine.store.KeyBuffer;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.MemorySplit;
import io.velocitydb.engine.ReadResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@link AdaptiveCommand} starts: one run of a scenario, in a process of its own. */
@Command(name = "adaptive-step", hidden = true)
public final class AdaptiveStep implements Callable<Integer> {
  private static final int VALUE_BYTES = 400;
  private static final int VALUES = 1024;

  /** Operations between two looks at the clock. */
  private static final int STRIDE = 64;

  @Option(names = "--scenario", required = true)
  private Scenario scenario = Scenario.SHIFT;

  @Option(names = "--adaptive", required = true, arity = "1")
  private boolean adaptive;

  @Option(names = "--limit-mib", required = true)
  private long limitMib;

  @Option(names = "--seconds", required = true)
  private int seconds;

  @Option(names = "--directory", required = true)
  private Path directory = Path.of("");

  @Option(names = "--result", required = true)
  private Path result = Path.of("");

  private final KeyBuffer key = new KeyBuffer();
  private final SplittableRandom random = new SplittableRandom(1);

  @Override
  public Integer call() throws Exception {
    List<PhaseResult> results = new ArrayList<>();
    long limit = limitMib << 20;
    long keys = limit / 100 * scenario.dataPercent / (KeyBuffer.BYTES + VALUE_BYTES);
    EngineOptions options =
        EngineOptions.defaults()
            .withMemoryLimit(limit)
            .withDurability(Durability.OS)
            .withAdaptiveCache(adaptive);
    try (Arena arena = Arena.ofConfined();
        Engine engine = Engine.open(directory, options)) {
      MemorySegment values = values(arena);
      Database database = engine.createDatabase("bench");
      for (long i = 0; i < keys; i++) {
        put(database, i, values);
      }
      database.compact();
      for (Phase phase : scenario.phases()) {
        results.add(run(engine, database, phase, keys, values));
      }
    }
    new ObjectMapper().writeValue(result.toFile(), results);
    return 0;
  }

  /** Values that compress to about a half, as db_bench makes them. */
  private MemorySegment values(Arena arena) {
    MemorySegment values = arena.allocate((long) VALUE_BYTES * VALUES);
    byte[] half = new byte[VALUE_BYTES / 2];
    for (int i = 0; i < 2 * VALUES; i += 2) {
      random.nextBytes(half);
      for (int copy = 0; copy < 2; copy++) {
        MemorySegment.copy(
            MemorySegment.ofArray(half), 0, values, (long) (i + copy) * half.length, half.length);
      }
    }
    return values;
  }

  private void put(Database database, long number, MemorySegment values) {
    key.set(number, false);
    database.put(
        key.address(),
        KeyBuffer.BYTES,
        values.address() + (number & (VALUES - 1)) * VALUE_BYTES,
        VALUE_BYTES,
        Durability.OS);
  }

  private PhaseResult run(
      Engine engine, Database database, Phase phase, long keys, MemorySegment values) {
    MemorySplit before = engine.stats().memorySplit();
    long begun = System.nanoTime();
    long end = begun + seconds * 1_000_000_000L * phase.parts() / scenario.parts();
    long operations = 0;
    long now = begun;
    while (now < end) {
      for (int i = 0; i < STRIDE; i++) {
        long number = random.nextLong(keys);
        if (random.nextInt(100) >= phase.readPercent()) {
          put(database, number, values);
        } else {
          read(database, number);
        }
      }
      operations += STRIDE;
      now = System.nanoTime();
    }
    MemorySplit after = engine.stats().memorySplit();
    long hits = after.cacheHits() - before.cacheHits();
    long misses = after.cacheMisses() - before.cacheMisses();
    return new PhaseResult(
        phase.name(),
        operations * 1e9 / (now - begun),
        hits + misses == 0 ? 1 : (double) hits / (hits + misses),
        after.memtables() >> 20,
        after.blocks() >> 20,
        after.moves() - before.moves());
  }

  private void read(Database database, long number) {
    key.set(number, false);
    ReadResult found =
        database.read(
            key.address(),
            KeyBuffer.BYTES,
            true,
            (address, length, encoding, version, expiresAtMs) -> {});
    if (found != ReadResult.FOUND) {
      throw new IllegalStateException("key " + number + " is not there");
    }
  }
}
