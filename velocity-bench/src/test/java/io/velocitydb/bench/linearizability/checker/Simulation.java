package io.velocitydb.bench.linearizability.checker;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Condition;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a {@link SampleStore} whose requests take their time, also across crashes: what was
 * under way then gets no answer, and took effect, does later, or never. Its histories are
 * linearizable by construction, and follow from the seed.
 */
final class Simulation {
  /**
   * How large a history is.
   *
   * @param keys of which the first half are touched alone, the rest in groups of three by batches
   * @param crashes one in so many steps; 0: none
   */
  record Size(int operations, int clients, int keys, int crashes) {}

  private static final class Client {
    private final Map<String, Long> versionsSeen = new HashMap<>();
    private @Nullable Action action;
    private @Nullable Outcome outcome;
    private long invoked;
    private long clockFrom;
  }

  private final Size size;
  private final SplittableRandom random;
  private final SampleStore store = new SampleStore();
  private final List<Client> clients = new ArrayList<>();
  private final List<Action> late = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private long time;
  private long clock = 1;
  private int values;

  Simulation(Size size, long seed) {
    this.size = size;
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < size.clients; i++) {
      clients.add(new Client());
    }
  }

  List<Operation> run() {
    while (operations.size() < size.operations) {
      if (random.nextInt(4) == 0) {
        clock += random.nextInt(5);
      }
      if (!late.isEmpty() && random.nextInt(20) == 0) {
        store.apply(late.remove(random.nextInt(late.size())), clock);
      }
      if (size.crashes > 0 && random.nextInt(size.crashes) == 0) {
        crash();
      }
      advance(random.nextInt(clients.size()));
    }
    // What is still under way may have taken effect.
    crash();
    return operations;
  }

  private void advance(int number) {
    Client client = clients.get(number);
    if (client.action == null) {
      client.action = action(client);
      client.invoked = ++time;
      client.clockFrom = clock;
    } else if (client.outcome == null) {
      client.outcome =
          random.nextInt(25) == 0 ? new Outcome.Failed() : store.apply(client.action, clock);
    } else {
      record(number, client.outcome, ++time, clock);
    }
  }

  private void crash() {
    for (int i = 0; i < clients.size(); i++) {
      Client client = clients.get(i);
      if (client.action != null) {
        if (client.outcome == null && random.nextBoolean()) {
          late.add(client.action);
        }
        record(i, new Outcome.Unknown(), Operation.NEVER, Operation.NEVER);
      }
    }
  }

  private void record(int number, Outcome outcome, long responded, long clockTo) {
    Client client = clients.get(number);
    Action action = client.action;
    if (action == null) {
      throw new IllegalStateException("nothing was asked for");
    }
    operations.add(
        new Operation(
            operations.size() + 1,
            number,
            action,
            outcome,
            client.invoked,
            responded,
            client.clockFrom,
            clockTo));
    if (action instanceof Action.Get(String key)
        && outcome instanceof Outcome.Found(_, long version)) {
      client.versionsSeen.put(key, version);
    }
    client.action = null;
    client.outcome = null;
  }

  private Action action(Client client) {
    int key = random.nextInt(size.keys);
    int alone = size.keys / 2;
    if (key >= alone && random.nextInt(3) == 0) {
      int group = alone + (key - alone) / 3 * 3;
      List<String> keys =
          IntStream.range(group, Math.min(size.keys, group + 3))
              .mapToObj(Simulation::name)
              .toList();
      return random.nextInt(3) == 0
          ? new Action.GetAll(keys)
          : new Action.Batch(keys.stream().map(name -> write(client, name)).toList());
    }
    return random.nextInt(5) < 2 ? new Action.Get(name(key)) : write(client, name(key));
  }

  private Action.Write write(Client client, String key) {
    return switch (random.nextInt(6)) {
      case 0 -> new Action.Delete(key, condition(client, key));
      case 1, 2 -> new Action.Incr(key, 1 + random.nextInt(3));
      default ->
          new Action.Set(
              key,
              (random.nextBoolean() ? "" : "v") + 1000 * ++values,
              condition(client, key),
              random.nextInt(4) == 0 ? clock + random.nextInt(30) : 0);
    };
  }

  private Condition condition(Client client, String key) {
    return switch (random.nextInt(6)) {
      case 0 -> new Condition.IfAbsent();
      case 1 -> new Condition.IfPresent();
      case 2, 3 -> new Condition.IfVersion(client.versionsSeen.getOrDefault(key, 0L));
      default -> Condition.ALWAYS;
    };
  }

  private static String name(int key) {
    return "k" + key;
  }
}
