package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.Workload;
import io.velocitydb.config.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the {@code redis-benchmark} of this machine against a port, and reads what it prints. */
final class RedisBenchmark {
  private static final String PROGRAM = "redis-benchmark";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern THROUGHPUT =
      Pattern.compile("throughput summary: ([0-9.]+) requests per second");
  private static final Pattern SUMMARY =
      Pattern.compile(
          "avg +min +p50 +p95 +p99 +max\\s+[0-9.]+ +[0-9.]+ +([0-9.]+) +[0-9.]+ +([0-9.]+) ");
  private static final Pattern PERCENTILE =
      Pattern.compile("(?m)^([0-9.]+)% <= ([0-9.]+) milliseconds");

  /** A login. */
  record Login(String user, String password) {}

  private final HostPort address;
  private final Optional<Login> login;
  private final Path folder;

  /**
   * @param folder for what it prints
   */
  RedisBenchmark(HostPort address, Optional<Login> login, Path folder) {
    this.address = address;
    this.login = login;
    this.folder = folder;
  }

  /** Whether a program is to be found. */
  static boolean isInstalled(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String place : path.split(java.io.File.pathSeparator, -1)) {
      if (!place.isEmpty() && Files.isExecutable(Path.of(place, program))) {
        return true;
      }
    }
    return false;
  }

  /** Whether redis-benchmark is. */
  static boolean isInstalled() {
    return isInstalled(PROGRAM);
  }

  /**
   * Sends a number of requests.
   *
   * @throws IOException if it could not, with what it said
   */
  Latency run(Workload workload, long requests) throws IOException, InterruptedException {
    List<String> command = command(workload, requests);
    Path log = Files.createTempFile(folder, "redis-benchmark-", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException(PROGRAM + " did not end within " + LIMIT.toSeconds() + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      String said = Files.readString(log);
      if (process.exitValue() != 0) {
        throw new IOException(
            PROGRAM + " ended with " + process.exitValue() + "; it said:\n" + said);
      }
      return parse(said);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private List<String> command(Workload workload, long requests) {
    String test =
        switch (workload.command()) {
          case GET, SET, INCR -> workload.command().name().toLowerCase(Locale.ROOT);
          case GET_90_SET_10, GET_50_SET_50 ->
              throw new IllegalArgumentException(PROGRAM + " has no mixes");
        };
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM,
                "-h",
                address.host(),
                "-p",
                Integer.toString(address.port()),
                "-t",
                test,
                "-n",
                Long.toString(requests),
                "-c",
                Integer.toString(workload.connections()),
                "-P",
                Integer.toString(workload.depth()),
                "-d",
                Integer.toString(workload.valueBytes()),
                "-r",
                Integer.toString(workload.keys())));
    login.ifPresent(
        known -> command.addAll(List.of("--user", known.user(), "-a", known.password())));
    return command;
  }

  /**
   * Reads rate and percentiles.
   *
   * @throws IOException if they are not there, with what it said
   */
  static Latency parse(String said) throws IOException {
    Matcher throughput = THROUGHPUT.matcher(said);
    Matcher summary = SUMMARY.matcher(said);
    if (!throughput.find() || !summary.find()) {
      throw new IOException(PROGRAM + " printed no result; it said:\n" + said);
    }
    double p999 = Double.NaN;
    Matcher percentile = PERCENTILE.matcher(said);
    while (Double.isNaN(p999) && percentile.find()) {
      if (Double.parseDouble(percentile.group(1)) >= 99.9) {
        p999 = Double.parseDouble(percentile.group(2));
      }
    }
    return new Latency(
        Double.parseDouble(throughput.group(1)),
        Double.parseDouble(summary.group(1)),
        Double.parseDouble(summary.group(2)),
        p999);
  }
}
