package io.velocitydb.bench.linearizability.run;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Condition;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * What one client asks for: reads, sets with and without conditions and expiry, deletes,
 * increments, and on some keys batches and reads of several. It remembers the versions that it was
 * told, for its conditions. Not thread-safe.
 */
final class Workload {
  /** Batches stay within groups of so many keys, so that a history falls into small parts. */
  static final int GROUP = 3;

  private static final long EXPIRY_MIN_MILLIS = 20;
  private static final int EXPIRY_SPREAD_MILLIS = 3_000;

  /** A number that is set is far from all others, so that increments show where they began. */
  private static final long NUMBERS_APART = 1_000_000;

  private final int client;
  private final List<String> keys;
  private final SplittableRandom random;
  private final LongSupplier serverMillis;
  private final Map<String, Long> versions = new HashMap<>();
  private long values;

  /**
   * The requests of one client.
   *
   * @param client its number; no other has it
   * @param keys the first half is touched one by one, the rest also in groups
   * @param serverMillis the server's clock
   */
  Workload(int client, List<String> keys, SplittableRandom random, LongSupplier serverMillis) {
    this.client = client;
    this.keys = keys;
    this.random = random;
    this.serverMillis = serverMillis;
  }

  Action next() {
    int index = random.nextInt(keys.size());
    int alone = keys.size() / 2;
    if (index >= alone && random.nextInt(3) == 0) {
      int first = alone + (index - alone) / GROUP * GROUP;
      List<String> group = keys.subList(first, Math.min(keys.size(), first + GROUP));
      if (random.nextInt(3) == 0) {
        return new Action.GetAll(group);
      }
      List<Action.Write> writes = new ArrayList<>();
      group.forEach(key -> writes.add(write(key, index % GROUP)));
      return new Action.Batch(writes);
    }
    String key = keys.get(index);
    return random.nextInt(10) < 4 ? new Action.Get(key) : write(key, index % GROUP);
  }

  /** Remembers the versions that were told. */
  void told(Action action, Outcome outcome) {
    List<String> touched = action.touched();
    switch (outcome) {
      case Outcome.Found(_, long version) -> versions.put(touched.getFirst(), version);
      case Outcome.Absent() -> versions.remove(touched.getFirst());
      case Outcome.Applied(long version) -> versions.put(touched.getFirst(), version);
      case Outcome.NotApplied(long version) -> versions.put(touched.getFirst(), version);
      case Outcome.Counted(_, long version) -> versions.put(touched.getFirst(), version);
      case Outcome.BatchRefused(int index, long version) ->
          versions.put(touched.get(index), version);
      default -> {}
    }
  }

  /**
   * A write of a key.
   *
   * @param kind 0: the key mostly counts; otherwise it mostly holds texts
   */
  private Action.Write write(String key, int kind) {
    int choice = random.nextInt(100);
    if (choice < 12) {
      // A delete knows no other conditions.
      return new Action.Delete(key, random.nextBoolean() ? ifVersion(key) : Condition.ALWAYS);
    }
    if (kind == 0 ? choice < 60 : choice < 15) {
      return new Action.Incr(key, 1 + random.nextInt(9));
    }
    return new Action.Set(key, value(kind), condition(key), expiry());
  }

  /** One that nobody else writes. */
  private String value(int kind) {
    values++;
    boolean number = kind == 0 ? random.nextInt(20) != 0 : random.nextInt(20) == 0;
    return number
        ? Long.toString((values * 1_000 + client) * NUMBERS_APART)
        : "c" + client + "-" + values;
  }

  private long expiry() {
    return random.nextInt(6) == 0
        ? serverMillis.getAsLong() + EXPIRY_MIN_MILLIS + random.nextInt(EXPIRY_SPREAD_MILLIS)
        : 0;
  }

  private Condition condition(String key) {
    return switch (random.nextInt(10)) {
      case 0 -> new Condition.IfAbsent();
      case 1 -> new Condition.IfPresent();
      case 2, 3, 4 -> ifVersion(key);
      default -> Condition.ALWAYS;
    };
  }

  private Condition ifVersion(String key) {
    return new Condition.IfVersion(versions.getOrDefault(key, 0L));
  }
}
