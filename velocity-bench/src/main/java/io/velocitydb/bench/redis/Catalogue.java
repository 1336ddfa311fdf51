package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.config.Keys.Durability;
import java.util.ArrayList;
import java.util.List;

/** All trials, in the order they are run within a turn: reads come before what changes the data. */
final class Catalogue {
  private static final int[] DEPTHS = {1, 16, 64};
  private static final int SYNCED_DEPTH = 16;
  private static final Target WRITES = new Target.TimesRedisOrCeiling(1, 2, 0.85);
  private static final Target HALF_LOAD = new Target.HalfLoadP99(1, 0.5);

  private Catalogue() {}

  static List<Trial> all() {
    List<Trial> all = new ArrayList<>();
    for (Durability durability : List.of(Durability.INTERVAL, Durability.ALWAYS)) {
      for (Via via : List.of(Via.VPROTO, Via.RESP)) {
        for (Command command : Command.values()) {
          // redis-benchmark has no mixes; a read knows no durability.
          boolean mix = command == Command.GET_90_SET_10 || command == Command.GET_50_SET_50;
          boolean again = command == Command.GET && durability == Durability.ALWAYS;
          if (!again && !(mix && via == Via.RESP)) {
            for (int depth : DEPTHS) {
              all.add(
                  new Trial(
                      via, command, depth, durability, targets(via, command, depth, durability)));
            }
          }
        }
      }
    }
    for (Command command : List.of(Command.GET, Command.SET)) {
      for (int depth : DEPTHS) {
        all.add(
            new Trial(
                Via.TLS,
                command,
                depth,
                Durability.INTERVAL,
                List.of(new Target.OfPlaintext(0.7))));
      }
    }
    return all;
  }

  private static List<Target> targets(Via via, Command command, int depth, Durability durability) {
    return switch (command) {
      case GET -> {
        Target rate =
            switch (depth) {
              case 1 -> new Target.OfCeiling(0.8, 0.9);
              case 16 -> new Target.TimesRedis(1.2, 2);
              default -> new Target.TimesRedis(1.5, 3);
            };
        yield via == Via.VPROTO ? List.of(rate, HALF_LOAD) : List.of(rate);
      }
      case SET ->
          durability == Durability.ALWAYS && depth == SYNCED_DEPTH
              ? List.of(WRITES, new Target.Rate(100_000))
              : List.of(WRITES);
      case GET_90_SET_10, GET_50_SET_50, INCR -> List.of();
    };
  }
}
