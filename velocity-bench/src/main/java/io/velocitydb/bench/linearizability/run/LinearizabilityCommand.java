package io.velocitydb.bench.linearizability.run;

import io.velocitydb.bench.linearizability.checker.Checker;
import io.velocitydb.bench.linearizability.checker.Verdict;
import io.velocitydb.bench.linearizability.history.HistoryFile;
import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.process.WorkFolder;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.config.ServerFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code velocity-bench/run linearizability}. */
@Command(
    name = "linearizability",
    description = {
      "Kills a server again and again while clients work on it, and decides whether all that they"
          + " were told is linearizable and nothing acknowledged was lost.",
      "Ends with 0 if so, with 1 if not or if it cannot be decided."
    },
    mixinStandardHelpOptions = true)
public final class LinearizabilityCommand implements Callable<Integer> {
  private static final String USER = "linearizability";
  private static final int CLIENTS_MAX = 1_000;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      description = "No round begins after this time (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--rounds",
      defaultValue = "0",
      description = "So many rounds, whatever the time is; 0: as many as fit into --minutes.")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Repeats what the clients ask for and when the server dies; how they meet differs.")
  private @Nullable Long seed;

  @Option(
      names = "--keys",
      defaultValue = "24",
      description =
          "Keys of a round; fewer make more operations meet and more work for the checker"
              + " (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Option(
      names = "--clients",
      defaultValue = "16",
      description = "Clients at the same time (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--kills",
      defaultValue = "3",
      description = "How often the server dies in a round (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Only judges a history that an earlier run wrote.")
  private @Nullable Path history;

  @Spec private @Nullable CommandSpec spec;

  private final Checker checker = new Checker(Checker.DEFAULT_WORK);

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (history != null) {
      List<Operation> operations = HistoryFile.read(history);
      Verdict verdict = checker.check(operations);
      say(out, "%s: %s", history, describe(verdict));
      return verdict instanceof Verdict.Linearizable ? 0 : 1;
    }
    refuseWhatCannotRun();
    long first = seed == null ? System.nanoTime() & 0xFFFF_FFFFL : seed;
    Path repository = Path.of(System.getProperty("velocity.repository", "."));
    AtomicReference<MortalServer> running = new AtomicReference<>();
    Path work =
        WorkFolder.create(
            null,
            "linearizability-",
            () -> {
              MortalServer alive = running.get();
              if (alive != null) {
                alive.kill();
              }
            });
    MortalServer server = new MortalServer(repository, work);
    running.set(server);
    say(out, "seed %d: %d clients, %d keys, %d kills a round", first, clients, keys, kills);
    server.start(Round.settings(new SplittableRandom(first)));
    List<VelocityClient> connected = connect(server.record());
    try {
      return rounds(out, server, connected, first);
    } finally {
      connected.forEach(VelocityClient::close);
      server.kill();
    }
  }

  private void refuseWhatCannotRun() {
    if (keys < 1 || clients < 1 || clients > CLIENTS_MAX || kills < 0 || rounds < 0) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--keys and --clients are at least 1, --clients at most "
              + CLIENTS_MAX
              + ", --kills and --rounds not negative");
    }
  }

  private int rounds(
      PrintWriter out, MortalServer server, List<VelocityClient> connected, long first)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
    Round.Plan plan = new Round.Plan(keys, kills, Duration.ofMillis(200), Duration.ofSeconds(3));
    long operations = 0;
    int deaths = 0;
    int bad = 0;
    int done = 0;
    while (rounds > 0 ? done < rounds : done == 0 || System.nanoTime() < end) {
      done++;
      SplittableRandom random = new SplittableRandom(first * 1_000_003 + done);
      Round.Result result = new Round(server, connected, plan, "r" + done, random).run();
      long before = System.nanoTime();
      Verdict verdict = checker.check(result.history());
      operations += result.history().size();
      deaths += result.kills();
      say(
          out,
          "round %d: %,d operations, %,d without an answer, %d kills: %s (%.1f s)",
          done,
          result.history().size(),
          result.history().stream().filter(Operation::isUnknown).count(),
          result.kills(),
          describe(verdict),
          (System.nanoTime() - before) / 1e9);
      result.unexpected().forEach((kind, what) -> say(out, "unexpected: %s: %s", kind, what));
      if (!(verdict instanceof Verdict.Linearizable) || !result.unexpected().isEmpty()) {
        bad++;
        keep(out, server, result, "linearizability-%d-%d".formatted(first, done));
      }
    }
    say(
        out,
        "%s: %d of %d rounds are right; %,d operations, %d kills, seed %d",
        bad == 0 ? "linearizable, nothing acknowledged was lost" : "NOT PROVEN",
        done - bad,
        done,
        operations,
        deaths,
        first);
    return bad == 0 ? 0 : 1;
  }

  private List<VelocityClient> connect(ServerFile server) {
    String password = UUID.randomUUID().toString();
    try (VelocityClient local =
        VelocityClient.builder().adminSocket(server.adminSocket()).build()) {
      local.admin().createUser(USER, password);
    }
    List<VelocityClient> connected = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      connected.add(
          VelocityClient.builder()
              .endpoint("vdb://" + server.vproto())
              .user(USER)
              .password(password)
              .fingerprint(server.fingerprint().orElseThrow())
              // An operation of a history is one request.
              .automaticRepeat(false)
              .build());
    }
    return connected;
  }

  private static void keep(PrintWriter out, MortalServer server, Round.Result result, String name)
      throws IOException {
    Path folder = Files.createDirectories(Path.of("").toAbsolutePath().resolve("linearizability"));
    Path file = folder.resolve(name + ".jsonl");
    HistoryFile.write(file, result.history());
    Path log = folder.resolve(name + ".log");
    Files.copy(server.log(), log, StandardCopyOption.REPLACE_EXISTING);
    say(out, "the history is in %s, what the server said in %s", file, log);
  }

  private static String describe(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Linearizable(int operations, int partitions) ->
          "linearizable, in %,d parts".formatted(partitions);
      case Verdict.Undecided(List<String> keys, int parts) ->
          "undecided: %d parts take too much work, the first with the keys %s"
              .formatted(parts, keys);
      case Verdict.Violation(List<String> keys, String report) ->
          "NOT LINEARIZABLE, keys %s%n%s".formatted(keys, report);
    };
  }

  private static void say(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
