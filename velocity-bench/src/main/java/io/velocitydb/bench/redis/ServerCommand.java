package io.velocitydb.bench.redis;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.velocitydb.bench.process.WorkFolder;
import io.velocitydb.bench.server.RedisServer;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Keys.Durability;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code velocity-bench/run server --against redis}. */
@Command(
    name = "server",
    description =
        "Measures the server against another one: started in turns on loopback, the same load, the"
            + " same durability, and both beside a responder that does nothing.",
    mixinStandardHelpOptions = true)
public final class ServerCommand implements Callable<Integer> {
  /** A quick run begins nothing after this, so that it ends within ten minutes. */
  private static final Duration QUICK_BUDGET = Duration.ofMinutes(9);

  private static final Duration FULL_BUDGET = Duration.ofHours(8);

  /** What can be compared with. */
  enum Rival {
    REDIS
  }

  @Option(names = "--against", required = true, description = "The server to compare with: redis.")
  private @Nullable Rival against;

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these, by name (vproto-get-16-interval) or by the beginning of it up to a hyphen"
              + " (vproto-get, resp, tls).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Prints the workloads and ends.")
  private boolean list;

  @Option(names = "--quick", description = "Shorter, two rounds: all of it within ten minutes.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Pairs of turns, at least 2: more of them make the interval narrower (default: 4, with"
              + " --quick 2).")
  private @Nullable Integer rounds;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Size of the key space (default: 1000000).")
  private @Nullable Integer keys;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the rows as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the data lies, both on the same disk; a folder of its own is made there and"
              + " deleted (default: velocity-bench/target).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = line.getOut();
    List<Trial> trials = chosen(line);
    if (list) {
      trials.forEach(trial -> out.println(trial.id()));
      out.flush();
      return 0;
    }
    Scale scale = scale(line);
    if (!RedisBenchmark.isInstalled("redis-server")) {
      line.getErr()
          .println("redis-server was not found; install it with: apt-get install redis-server");
      return 1;
    }
    long begin = System.nanoTime();
    Report report = new Report(out);
    boolean resp = Keys.find(Contender.RESP_SETTING).isPresent();
    List<String> skipped = new ArrayList<>();
    List<Trial> possible = possible(trials, resp, skipped);
    skipped.forEach(report::line);
    report.line(
        String.format(
            Locale.ROOT,
            "against %s: %,d keys, %d-byte values, %d connections, %d rounds, %d cores shared by server and"
                + " generator%n",
            Objects.requireNonNull(against).name().toLowerCase(Locale.ROOT),
            scale.keys(),
            scale.valueBytes(),
            scale.connections(),
            scale.rounds(),
            Runtime.getRuntime().availableProcessors()));
    // Servers that still run when this is interrupted are ended by hooks of their own.
    Path work = WorkFolder.create(directory, "server-", () -> {});
    Comparison comparison =
        new Comparison(work, scale, quick ? QUICK_BUDGET : FULL_BUDGET, resp, line.getErr());
    Found found = comparison.run(possible);
    report.header();
    List<Row> rows = new ArrayList<>();
    for (Trial trial : possible) {
      found
          .row(trial)
          .ifPresentOrElse(
              row -> {
                rows.add(row);
                report.row(row);
              },
              () -> skipped.add("not measured: " + trial.id()));
    }
    comparison.failures().forEach(report::line);
    skipped.forEach(report::line);
    explain(report, resp);
    report.line(
        String.format(Locale.ROOT, "took %.1f minutes", (System.nanoTime() - begin) / 60e9));
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), rows.stream().map(Row::json).toList());
    }
    return comparison.failures().isEmpty() ? 0 : 1;
  }

  private Scale scale(CommandLine line) {
    Scale scale = quick ? Scale.quick() : Scale.full();
    if (rounds != null) {
      if (rounds < 2) {
        throw new ParameterException(
            line, "--rounds must be 2 or more, for an interval needs two pairs; got " + rounds);
      }
      scale = scale.withRounds(rounds);
    }
    if (keys != null) {
      if (keys < 1 || keys > 100_000_000) {
        throw new ParameterException(line, "--keys must be 1 to 100000000; got " + keys);
      }
      scale = scale.withKeys(keys);
    }
    return scale;
  }

  /** Leaves out what redis-benchmark cannot be run for, and says so. */
  private static List<Trial> possible(List<Trial> trials, boolean resp, List<String> skipped) {
    if (trials.stream().noneMatch(trial -> trial.via() == Via.RESP)) {
      return trials;
    }
    if (!resp) {
      skipped.add(
          "not measured: resp-* (by redis-benchmark): this server does not know "
              + Contender.RESP_SETTING);
    } else if (!RedisBenchmark.isInstalled()) {
      skipped.add(
          "not measured: resp-*: redis-benchmark was not found; install it with: apt-get install"
              + " redis-tools");
    } else {
      return trials;
    }
    return trials.stream().filter(trial -> trial.via() != Via.RESP).toList();
  }

  private static void explain(Report report, boolean resp) {
    report.line("");
    report.line(
        "resp: by redis-benchmark, RESP to both. vproto: by our generator, V-Proto to Velocity and"
            + " RESP to Redis. tls: the same, Velocity inside TLS 1.3, Redis in plaintext.");
    report.line(
        "ceiling: the same generator and protocol against a responder that writes canned replies.");
    report.line(
        "Half load is half of what that server reached itself; there latency counts from when a"
            + " request was due. redis-benchmark cannot keep a rate. 'yes?' and 'no?': the"
            + " interval reaches across.");
    report.line("");
    for (Durability durability : List.of(Durability.INTERVAL, Durability.ALWAYS)) {
      report.settings("velocity", Contender.velocitySettings(durability, false, resp));
      report.settings("redis", RedisServer.settings(durability));
    }
  }

  private List<Trial> chosen(CommandLine line) {
    List<Trial> all = Catalogue.all();
    for (String name : names) {
      if (all.stream().noneMatch(trial -> trial.isNamed(name))) {
        throw new ParameterException(
            line,
            "there is no workload '"
                + name
                + "'; there are: "
                + all.stream().map(Trial::id).collect(Collectors.joining(", ")));
      }
    }
    List<String> wanted =
        all.stream()
            .filter(trial -> names.isEmpty() || names.stream().anyMatch(trial::isNamed))
            // TLS is held against the same in plaintext.
            .flatMap(trial -> java.util.stream.Stream.of(trial.id(), trial.plaintextId()))
            .toList();
    return all.stream().filter(trial -> wanted.contains(trial.id())).toList();
  }
}
