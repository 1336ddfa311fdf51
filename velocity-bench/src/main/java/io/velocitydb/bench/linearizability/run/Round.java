package io.velocitydb.bench.linearizability.run;

import io.velocitydb.bench.linearizability.history.Action;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import io.velocitydb.bench.linearizability.history.Recorder;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.RequestTimeoutException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.config.Keys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * One history: clients work on keys that nobody used before, while the server is killed and comes
 * back some times; at the end each key is read once more.
 */
final class Round {
  /** How long after a failure a client asks again. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final int FINAL_READS_MAX = 500;

  /** So many answers after a start show that the clients are back. */
  private static final int ANSWERS_PER_CLIENT = 5;

  private static final Duration BACK_MAX = Duration.ofMinutes(1);

  /** Enough data for flushes and merges between two deaths. */
  private static final Map<String, String> SMALL =
      Map.of(
          "VELOCITY_DATABASE_MEMORY_LIMIT", "64MiB",
          "VELOCITY_DATABASE_MAX_MEMTABLE_SIZE", "512KiB");

  /**
   * What is to happen.
   *
   * @param keys how many
   * @param kills how often the server dies
   * @param shortest time between the clients' return and its next death
   * @param longest time between the clients' return and its next death
   */
  record Plan(int keys, int kills, Duration shortest, Duration longest) {}

  /**
   * What happened.
   *
   * @param history all operations
   * @param kills how often the server died, also while it started
   * @param unexpected failures of requests that no death explains, by kind: what the first one said
   */
  record Result(List<Operation> history, int kills, Map<String, String> unexpected) {}

  private final MortalServer server;
  private final List<VelocityClient> clients;
  private final Plan plan;
  private final SplittableRandom random;
  private final Recorder recorder = new Recorder(System::nanoTime, System::currentTimeMillis);
  private final List<String> keys;
  private final Map<String, String> unexpected = new ConcurrentSkipListMap<>();
  private final AtomicLong answered = new AtomicLong();
  private volatile boolean over;
  private int kills;

  /**
   * A round on a server that runs.
   *
   * @param name begins all keys; no other round has it
   */
  Round(
      MortalServer server,
      List<VelocityClient> clients,
      Plan plan,
      String name,
      SplittableRandom random) {
    this.server = server;
    this.clients = clients;
    this.plan = plan;
    this.random = random;
    this.keys = IntStream.range(0, plan.keys).mapToObj(i -> name + "/" + i).toList();
  }

  /** Settings of a server's life: any durability, since a kill takes nothing from the system. */
  static Map<String, String> settings(SplittableRandom random) {
    Keys.Durability[] all = Keys.Durability.values();
    Map<String, String> settings = new HashMap<>(SMALL);
    settings.put(
        "VELOCITY_DATABASE_DURABILITY",
        all[random.nextInt(all.length)].name().toLowerCase(Locale.ROOT));
    return settings;
  }

  Result run() throws IOException, InterruptedException {
    List<Future<?>> working = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
      try {
        for (int i = 0; i < clients.size(); i++) {
          int number = i;
          SplittableRandom own = random.split();
          working.add(threads.submit(() -> work(number, own)));
        }
        for (int i = 0; i < plan.kills; i++) {
          liveFor();
          server.kill();
          kills++;
          if (random.nextInt(3) == 0) {
            server.startAndKill(settings(random), Duration.ofMillis(random.nextInt(4_000)));
            kills++;
          }
          server.start(settings(random));
        }
        liveFor();
      } finally {
        over = true;
      }
      for (Future<?> work : working) {
        await(work);
      }
    }
    readAll();
    return new Result(recorder.operations(), kills, Map.copyOf(unexpected));
  }

  /** Lets the clients come back and work for a while. */
  private void liveFor() throws IOException, InterruptedException {
    long enough = answered.get() + (long) ANSWERS_PER_CLIENT * clients.size();
    long deadline = System.nanoTime() + BACK_MAX.toNanos();
    while (answered.get() < enough) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the clients get no answers after a start: " + unexpected);
      }
      Thread.sleep(PAUSE);
    }
    long shortest = plan.shortest.toMillis();
    Thread.sleep(shortest + random.nextLong(plan.longest.toMillis() - shortest + 1));
  }

  private static void await(Future<?> work) throws InterruptedException {
    try {
      work.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client broke", e.getCause());
    }
  }

  private void work(int number, SplittableRandom own) {
    Requests requests = new Requests(clients.get(number), this::failed);
    Workload workload = new Workload(number, keys, own, System::currentTimeMillis);
    try {
      while (!over) {
        Action action = workload.next();
        Outcome outcome = recorder.record(number, action, () -> requests.make(action));
        workload.told(action, outcome);
        switch (outcome) {
          case Outcome.Failed() -> Thread.sleep(PAUSE);
          case Outcome.Unknown() -> {}
          default -> answered.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is there at the end must be what was acknowledged. */
  private void readAll() throws IOException, InterruptedException {
    Requests requests = new Requests(clients.getFirst(), this::failed);
    for (String key : keys) {
      Action get = new Action.Get(key);
      int tries = 0;
      while (!(recorder.record(0, get, () -> requests.make(get)) instanceof Outcome.Seen)) {
        if (++tries == FINAL_READS_MAX) {
          throw new IOException("nobody answers after the last start: " + unexpected);
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private void failed(VelocityException failure) {
    switch (failure) {
      case ConnectionLostException _, ConnectionFailedException _, RequestTimeoutException _ -> {}
      default -> unexpected.putIfAbsent(failure.errorType(), String.valueOf(failure.getMessage()));
    }
  }
}
