package io.velocitydb.engine.torture;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Random writes, each of which goes to the engine and to the history. */
final class Writes {
  /** Higher than any that a run reaches. */
  private static final long NO_VERSION = 1L << 40;

  private static final int MOST_IN_BATCH = 12;

  /** How many writes there are to one of a row of keys. */
  private static final int ONE_ROW_IN = 60;

  private final World world;

  Writes(World world) {
    this.world = world;
  }

  private Operation operation(Tracked db, Random random) {
    byte[] key = random.nextInt(10) == 0 ? world.keys.near(random) : world.keys.any(random);
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> new Operation.Delete(key, condition(db, key, random), random.nextBoolean());
      case 3, 4 ->
          new Operation.Increment(
              key,
              random.nextInt(30) == 0 ? Long.MAX_VALUE : random.nextInt(100) - 50,
              random.nextInt(3),
              expiry(db, random, false));
      case 5, 6 -> new Operation.Append(key, value(random), (byte) random.nextInt(3));
      case 7, 8 -> new Operation.Expire(key, expiry(db, random, true), condition(db, key, random));
      case 9 -> new Operation.DeleteRange(world.keys.range(random));
      case 10 ->
          new Operation.Put(
              key,
              Long.toString(random.nextInt(1_000) - 500).getBytes(StandardCharsets.US_ASCII),
              (byte) 1,
              Expiry.NONE,
              Condition.ALWAYS,
              false);
      default ->
          new Operation.Put(
              key,
              value(random),
              (byte) random.nextInt(3),
              expiry(db, random, true),
              condition(db, key, random),
              random.nextBoolean());
    };
  }

  private static byte[] value(Random random) {
    int length =
        switch (random.nextInt(40)) {
          case 0 -> random.nextInt(40_000);
          case 1, 2, 3 -> random.nextInt(3_000);
          case 4 -> 0;
          default -> random.nextInt(60);
        };
    byte[] value = new byte[length];
    random.nextBytes(value);
    if (random.nextBoolean()) {
      Arrays.fill(value, (byte) ('a' + random.nextInt(26)));
    }
    return value;
  }

  private Condition condition(Tracked db, byte[] key, Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> Condition.IF_ABSENT;
      case 1 -> Condition.IF_PRESENT;
      case 2 -> {
        Cell cell = db.history.newest().get(key, db.lastTime);
        boolean right = cell != null && cell.version().known() && random.nextInt(4) > 0;
        yield Condition.ifVersion(
            right && cell != null ? cell.version().value() : random.nextBoolean() ? 0 : NO_VERSION);
      }
      default -> Condition.ALWAYS;
    };
  }

  private Expiry expiry(Tracked db, Random random, boolean keep) {
    return switch (random.nextInt(8)) {
      case 0 -> Expiry.in(1 + random.nextInt(5_000));
      case 1 -> Expiry.at(db.lastTime - 1_000 + random.nextInt(5_000));
      case 2 -> keep ? Expiry.KEEP : Expiry.NONE;
      default -> Expiry.NONE;
    };
  }

  private List<Operation> operations(Tracked db, Random random) {
    int count = random.nextInt(3) == 0 ? 1 + random.nextInt(MOST_IN_BATCH) : 1;
    List<Operation> operations = new ArrayList<>();
    if (random.nextInt(ONE_ROW_IN) == 0) {
      // Deletes of the sort that is merged away, and what they delete.
      boolean put = random.nextBoolean();
      for (byte[] key : world.keys.row(random)) {
        operations.add(
            put
                ? new Operation.Put(key, key, (byte) 0, Expiry.NONE, Condition.ALWAYS, false)
                : new Operation.Delete(key, Condition.ALWAYS, false));
      }
      return operations;
    }
    for (int i = 0; i < count; i++) {
      operations.add(operation(db, random));
    }
    return operations;
  }

  private static Durability durability(Random random) {
    return Durability.values()[random.nextInt(3)];
  }

  void write(Tracked db, Random random) {
    List<Operation> operations = operations(db, random);
    Durability durability = durability(random);
    world.note("write " + db.name + " " + durability + " " + operations);
    try (WriteBatch batch = db.database().newBatch()) {
      operations.forEach(operation -> operation.addTo(batch));
      waitFor(db, operations, durability, () -> db.database().write(batch, durability));
    }
  }

  private void waitFor(
      Tracked db,
      List<Operation> operations,
      Durability durability,
      Supplier<List<OperationResult>> call) {
    History.Step step = db.history.submit(operations, durability, world.time(db));
    try {
      step.completed(call.get());
    } catch (EngineException e) {
      step.failed(e);
      if (!expectedOfWrite(e) && !world.tolerated(e)) {
        throw e;
      }
      world.note("  -> " + e.kind() + " " + e.outcome() + ": " + e.getMessage());
    }
  }

  private static boolean expectedOfWrite(EngineException e) {
    return switch (e.kind()) {
      case CONDITION_FAILED, NOT_AN_INTEGER, OVERFLOW, TOO_LARGE -> true;
      default -> false;
    };
  }

  /** From the heap or from native memory; which one, the key tells, so that a replay is exact. */
  private long put(Database database, byte[] key, byte[] value, Durability durability) {
    if (key.length % 2 == 0) {
      return database.put(key, value);
    }
    NativeMemory memory = new NativeMemory();
    try (NativeBuffer both = new NativeBuffer(memory, MemoryTag.WRITE_BATCH)) {
      long address = both.grow(key.length + value.length, 0);
      Memory.copy(key, 0, address, key.length);
      Memory.copy(value, 0, address + key.length, value.length);
      return database.put(address, key.length, address + key.length, value.length, durability);
    }
  }

  void simpleWrite(Tracked db, Random random) {
    byte[] key = world.keys.any(random);
    byte[] value = value(random);
    Durability durability = world.options.durability();
    switch (random.nextInt(3)) {
      case 0 -> {
        world.note("put " + db.name + " " + Keys.show(key) + " <" + value.length + " bytes>");
        waitFor(
            db,
            List.of(new Operation.Put(key, value, (byte) 0, Expiry.NONE, Condition.ALWAYS, false)),
            durability,
            () -> List.of(OperationResult.set(put(db.database(), key, value, durability))));
      }
      case 1 -> {
        world.note("delete " + db.name + " " + Keys.show(key));
        waitFor(
            db,
            List.of(new Operation.Delete(key, Condition.ALWAYS, false)),
            durability,
            () -> List.of(db.database().delete(key)));
      }
      default -> {
        world.note("increment " + db.name + " " + Keys.show(key));
        waitFor(
            db,
            List.of(new Operation.Increment(key, 7, 0, Expiry.NONE)),
            durability,
            () -> List.of(db.database().increment(key, 7)));
      }
    }
  }

  void submit(Tracked db, Random random) {
    int batches = 1 + random.nextInt(4);
    for (int i = 0; i < batches; i++) {
      List<Operation> operations = operations(db, random);
      Durability durability = durability(random);
      world.note("submit " + db.name + " " + durability + " " + operations);
      WriteBatch batch = db.database().newBatch();
      operations.forEach(operation -> operation.addTo(batch));
      History.Step step = db.history.submit(operations, durability, world.time(db));
      db.database().submit(batch, durability, new Closing(step, batch));
    }
  }

  /** Closes the batch when it has ended. */
  private record Closing(History.Step step, WriteBatch batch)
      implements io.velocitydb.engine.WriteCompletion {
    @Override
    public void completed(List<OperationResult> results) {
      step.completed(results);
      batch.close();
    }

    @Override
    public void failed(EngineException failure) {
      step.failed(failure);
      batch.close();
    }
  }
}
