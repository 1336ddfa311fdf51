package io.velocitydb.bench.smoke;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.velocitydb.bench.load.LoadGenerator;
import io.velocitydb.bench.load.LoadResult;
import io.velocitydb.bench.load.LoadSession;
import io.velocitydb.bench.load.Workload;
import io.velocitydb.bench.server.ServerUnderTest;
import io.velocitydb.client.auth.Credentials;
import io.velocitydb.config.Keys;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code velocity-bench/run smoke}: SET and GET at depth 1 and 64, durability always and interval.
 */
@Command(
    name = "smoke",
    description =
        "Starts a server with each durability and measures SET and GET at depth 1 and at 64.",
    mixinStandardHelpOptions = true)
public final class SmokeCommand implements Callable<Integer> {
  private static final int[] DEPTHS = {1, 64};
  private static final Workload.Command[] COMMANDS = {Workload.Command.GET, Workload.Command.SET};
  private static final Keys.Durability[] DURABILITIES = {
    Keys.Durability.ALWAYS, Keys.Durability.INTERVAL
  };
  private static final String USER = "bench";

  @Option(names = "--quick", description = "Two seconds a row instead of ten.")
  private boolean quick;

  @Option(names = "--no-tls", description = "Plaintext instead of TLS 1.3.")
  private boolean plaintext;

  @Option(
      names = "--connections",
      defaultValue = "50",
      description = "Connections at the same time (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--keys",
      defaultValue = "1000000",
      description = "Size of the key space (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Option(
      names = "--value-bytes",
      defaultValue = "100",
      description = "Length of a value (default: ${DEFAULT-VALUE}).")
  private int valueBytes;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the rows as JSON.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  /**
   * A line of the table.
   *
   * @param serverCpuPerMillion seconds of processor time that the server took for a million
   *     operations
   */
  record Row(
      String durability,
      String command,
      int depth,
      double perSecond,
      double p50Ms,
      double p99Ms,
      double p999Ms,
      double serverCpuPerMillion,
      long serverResidentBytes,
      long errors) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    Path repository = Path.of(System.getProperty("velocity.repository", "."));
    Duration run = quick ? Duration.ofSeconds(2) : Duration.ofSeconds(10);
    Duration warmUp = quick ? Duration.ofSeconds(2) : Duration.ofSeconds(5);
    out.printf(
        Locale.ROOT,
        "%d connections, %d-byte values, %,d keys, %s, %d s a row, %d cores shared by server and generator%n%n",
        connections,
        valueBytes,
        keys,
        plaintext ? "plaintext" : "TLS 1.3",
        run.toSeconds(),
        Runtime.getRuntime().availableProcessors());
    out.println(
        "durability  command  depth  operations/s    p50 ms    p99 ms  p99.9 ms  server CPU s/million  resident MiB  errors");
    out.flush();
    List<Row> rows = new ArrayList<>();
    for (Keys.Durability durability : DURABILITIES) {
      try (ServerUnderTest server =
          ServerUnderTest.start(
              repository,
              !plaintext,
              Map.of(
                  "VELOCITY_DATABASE_DURABILITY", durability.name().toLowerCase(Locale.ROOT),
                  "VELOCITY_SECURITY_ALLOW_PLAINTEXT_AUTH", Boolean.toString(plaintext)))) {
        String password = UUID.randomUUID().toString();
        server.createUser(USER, password);
        try (LoadGenerator generator =
            LoadGenerator.vproto(
                server.address(), !plaintext, Credentials.password(USER, password))) {
          generator.fill(new Workload(Workload.Command.SET, keys, valueBytes, connections, 64));
          for (Workload.Command command : COMMANDS) {
            for (int depth : DEPTHS) {
              Workload workload = new Workload(command, keys, valueBytes, connections, depth);
              LoadResult result;
              Duration cpu;
              try (LoadSession session = generator.open(workload)) {
                session.full(warmUp);
                Duration cpuBefore = server.processorTime();
                result = session.full(run);
                cpu = server.processorTime().minus(cpuBefore);
              }
              Row row =
                  new Row(
                      durability.name().toLowerCase(Locale.ROOT),
                      command.name(),
                      depth,
                      result.perSecond(),
                      result.latencyMillis(50),
                      result.latencyMillis(99),
                      result.latencyMillis(99.9),
                      cpu.toNanos() / 1e9 / (result.operations() / 1e6),
                      server.residentBytes(),
                      result.errors());
              rows.add(row);
              print(out, row);
            }
          }
        }
      }
    }
    if (json != null) {
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), rows);
    }
    return 0;
  }

  private static void print(PrintWriter out, Row row) {
    out.printf(
        Locale.ROOT,
        "%-10s  %-7s  %5d  %,12.0f  %8.3f  %8.3f  %8.3f  %20.2f  %12d  %6d%n",
        row.durability,
        row.command,
        row.depth,
        row.perSecond,
        row.p50Ms,
        row.p99Ms,
        row.p999Ms,
        row.serverCpuPerMillion,
        row.serverResidentBytes >> 20,
        row.errors);
    out.flush();
  }
}
