package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.LoadGenerator;
import io.velocitydb.bench.load.LoadResult;
import io.velocitydb.bench.load.LoadSession;
import io.velocitydb.bench.load.Protocol;
import io.velocitydb.bench.load.Workload;
import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.bench.server.ProcessUnderTest;
import io.velocitydb.bench.server.RedisServer;
import io.velocitydb.bench.server.ResponderProcess;
import io.velocitydb.bench.server.ServerUnderTest;
import io.velocitydb.client.auth.Credentials;
import io.velocitydb.config.Keys.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A running server, and the generators that speak to it. Closing ends both. */
final class Contender implements AutoCloseable {
  /** The setting by which Velocity speaks RESP. */
  static final String RESP_SETTING = "server.resp_bind_address";

  private static final String USER = "bench";

  /** Below any server's rate at depth 1: requests that show within the time how quick it is. */
  private static final long ROUGH_PER_MILLISECOND = 20;

  private static final long MAX_ROUGH_REQUESTS = 200_000;

  private final ProcessUnderTest process;
  private final LoadGenerator generator;
  private final Optional<RedisBenchmark> redisBenchmark;
  private final Scale scale;

  private Contender(
      ProcessUnderTest process,
      LoadGenerator generator,
      Optional<RedisBenchmark> redisBenchmark,
      Scale scale) {
    this.process = process;
    this.generator = generator;
    this.redisBenchmark = redisBenchmark;
    this.scale = scale;
  }

  /** The settings that Velocity gets, by name of the variable. */
  static Map<String, String> velocitySettings(Durability durability, boolean tls, boolean resp) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("VELOCITY_DATABASE_DURABILITY", durability.name().toLowerCase(Locale.ROOT));
    settings.put("VELOCITY_DATABASE_SYNC_INTERVAL_MS", "1000");
    settings.put("VELOCITY_SECURITY_ALLOW_PLAINTEXT_AUTH", Boolean.toString(!tls));
    if (resp) {
      settings.put("VELOCITY_SERVER_RESP_BIND_ADDRESS", "127.0.0.1:0");
    }
    return settings;
  }

  /**
   * Starts Velocity and fills it.
   *
   * @param resp whether it is to speak RESP, too
   */
  static Contender velocity(
      Path work, Durability durability, boolean tls, boolean resp, Scale scale)
      throws IOException, InterruptedException {
    Path repository = Path.of(System.getProperty("velocity.repository", "."));
    ServerUnderTest server =
        ServerUnderTest.start(repository, work, tls, velocitySettings(durability, tls, resp));
    try {
      String password = UUID.randomUUID().toString();
      server.createUser(USER, password);
      Optional<RedisBenchmark> redisBenchmark =
          server
              .resp()
              .map(
                  address ->
                      new RedisBenchmark(
                          address, Optional.of(new RedisBenchmark.Login(USER, password)), work));
      return new Contender(
              server,
              LoadGenerator.vproto(server.address(), tls, Credentials.password(USER, password)),
              redisBenchmark,
              scale)
          .filled();
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Starts Redis and fills it. */
  static Contender redis(Path work, Durability durability, Scale scale)
      throws IOException, InterruptedException {
    RedisServer server = RedisServer.start(work, durability);
    try {
      return new Contender(
              server,
              LoadGenerator.withoutLogin(server.address(), Protocol.RESP, false),
              Optional.of(new RedisBenchmark(server.address(), Optional.empty(), work)),
              scale)
          .filled();
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Starts the canned responder. */
  static Contender responder(Path work, Via via, Scale scale) throws IOException {
    ResponderProcess server = ResponderProcess.start(via.ours(), via.tls(), scale.valueBytes());
    try {
      return new Contender(
          server,
          LoadGenerator.withoutLogin(server.address(), via.ours(), via.tls()),
          Optional.of(new RedisBenchmark(server.address(), Optional.empty(), work)),
          scale);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private Contender filled() throws IOException, InterruptedException {
    LoadResult filled = generator.fill(workload(Command.SET, 1));
    if (filled.errors() > 0 || filled.operations() != scale.keys()) {
      throw new IOException(filled.errors() + " errors while " + scale.keys() + " keys were set");
    }
    return this;
  }

  /** Runs a load for a while without measuring, so that what serves it is compiled. */
  void warmUp(Command command, Duration time) throws IOException, InterruptedException {
    try (LoadSession session = generator.open(workload(command, 16))) {
      session.full(time);
    }
  }

  /**
   * Measures a trial.
   *
   * @param half whether also at half of the load
   */
  Measurement measure(Trial trial, boolean half) throws IOException, InterruptedException {
    Workload workload = workload(trial.command(), trial.depth());
    return trial.via() == Via.RESP ? byRedisBenchmark(workload) : byOurs(workload, half);
  }

  private Workload workload(Command command, int depth) {
    return new Workload(command, scale.keys(), scale.valueBytes(), scale.connections(), depth);
  }

  private Measurement byOurs(Workload workload, boolean half)
      throws IOException, InterruptedException {
    try (LoadSession session = generator.open(workload)) {
      session.full(scale.warmUp());
      OptionalLong heapBefore = process.allocatedBytes();
      Duration cpuBefore = process.processorTime();
      LoadResult full = session.full(scale.measure());
      Duration cpu = process.processorTime().minus(cpuBefore);
      OptionalLong heapAfter = process.allocatedBytes();
      Latency halfLoad =
          half ? Latency.of(session.paced(full.perSecond() / 2, scale.half())) : Latency.UNKNOWN;
      return measurement(
          Latency.of(full),
          halfLoad,
          full.errors(),
          full.misses(),
          full.operations(),
          cpu,
          heapBefore,
          heapAfter);
    }
  }

  private Measurement byRedisBenchmark(Workload workload) throws IOException, InterruptedException {
    RedisBenchmark program =
        redisBenchmark.orElseThrow(() -> new IOException("this server does not speak RESP"));
    long few =
        Math.min(
            MAX_ROUGH_REQUESTS,
            scale.measure().toMillis() * ROUGH_PER_MILLISECOND * workload.depth());
    double roughly = program.run(workload, few).perSecond();
    long requests = Math.max(few, (long) (roughly * scale.measure().toNanos() / 1e9));
    OptionalLong heapBefore = process.allocatedBytes();
    Duration cpuBefore = process.processorTime();
    Latency full = program.run(workload, requests);
    Duration cpu = process.processorTime().minus(cpuBefore);
    OptionalLong heapAfter = process.allocatedBytes();
    return measurement(full, Latency.UNKNOWN, 0, 0, requests, cpu, heapBefore, heapAfter);
  }

  private Measurement measurement(
      Latency full,
      Latency half,
      long errors,
      long misses,
      long operations,
      Duration cpu,
      OptionalLong heapBefore,
      OptionalLong heapAfter)
      throws IOException {
    double heap =
        heapBefore.isPresent() && heapAfter.isPresent()
            ? (double) (heapAfter.getAsLong() - heapBefore.getAsLong()) / operations
            : Double.NaN;
    return new Measurement(
        full,
        half,
        errors,
        misses,
        cpu.toNanos() / 1e9 / (operations / 1e6),
        heap,
        process.residentBytes());
  }

  @Override
  public void close() throws IOException {
    try {
      generator.close();
    } finally {
      process.close();
    }
  }
}
