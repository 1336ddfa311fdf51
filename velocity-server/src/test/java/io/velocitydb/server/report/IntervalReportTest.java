package io.velocitydb.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Latencies;
import io.velocitydb.engine.MetricsSnapshot;
import io.velocitydb.engine.metrics.LatencyBuckets;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.VelocityServer;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.metrics.CommandMetrics.Totals;
import io.velocitydb.server.tls.CertificateWatch;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line of figures: what it says, and that the server says it. */
final class IntervalReportTest {
  private final CommandMetrics metrics = new CommandMetrics();
  private final CommandMetrics.Recorder recorder = metrics.newRecorder();

  @Test
  void ratesAndPercentilesAreThoseOfTheIntervalAlone() {
    answer(Opcode.GET, 1_000_000, 5_000_000);
    Figures before = figures(10, 3, 7, Map.of("default", stats(100, 90, 1 << 20, 4)));
    answer(Opcode.GET, 600, 1_500);
    answer(Opcode.SET, 60, 900_000);
    recorder.failed(Opcode.SET, true);
    recorder.failed(Opcode.SET, false);
    Figures now = figures(70, 5, 9, Map.of("default", stats(700, 540, 61 << 20, 64)));

    assertThat(IntervalReport.line(before, now))
        .isEqualTo(
            "last 60.0 s: 11.0 requests/s, 2 errors, 1 timeouts, 5 connections, 2 failed logins"
                + "; GET 10.0/s p50 2 us p99 2 us p99.9 2 us"
                + "; SET 1.0/s p50 1.0 ms p99 1.0 ms p99.9 1.0 ms"
                + "; 75.0 % of reads found their key"
                + "; engine reads p50 2 us p99 2 us p99.9 2 us"
                + "; logs 1.00 MiB/s, 1.0 syncs/s of 150 us");
  }

  @Test
  void anIdleIntervalIsSaidToo() {
    Figures before = figures(0, 0, 0, Map.of("default", stats(5, 5, 10, 1)));
    Figures now = figures(1, 0, 0, Map.of("default", stats(5, 5, 10, 1)));

    assertThat(IntervalReport.line(before, now))
        .isEqualTo(
            "last 1.0 s: 0.0 requests/s, 0 errors, 0 timeouts, 0 connections, 0 failed logins"
                + "; logs 0.00 MiB/s, 0.0 syncs/s");
  }

  @Test
  void aDatabaseThatWasDroppedMadeOrMadeAnewTakesNothingAway() {
    long mib = 1 << 20;
    Figures before =
        figures(
            0, 0, 0, Map.of("gone", stats(0, 0, 900 * mib, 0), "again", stats(0, 0, 50 * mib, 0)));
    Figures now =
        figures(1, 0, 0, Map.of("again", stats(0, 0, 6 * mib, 0), "new", stats(0, 0, 4 * mib, 0)));

    assertThat(IntervalReport.line(before, now)).contains("; logs 10.00 MiB/s");
  }

  @Test
  void eachLineBeginsWhereTheOneBeforeEndedAndAFailureIsNotTheLast() {
    List<String> lines = new ArrayList<>();
    int[] second = {0};
    IntervalReport report =
        new IntervalReport(
            () -> {
              if (second[0] == 2) {
                throw new IllegalStateException("a database was just dropped");
              }
              return figures(second[0], 0, 0, Map.of());
            },
            lines::add);
    for (int tick = 1; tick <= 4; tick++) {
      second[0] = tick;
      report.next();
    }

    assertThat(lines)
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactly("last 1.0 s", "last 2.0 s", "last 1.0 s");
  }

  @Test
  void theServerSaysItAtEachIntervalWhileItRuns(@TempDir Path folder) throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler = collecting(lines);
    Logger log = Logger.getLogger(VelocityServer.class.getName());
    log.addHandler(handler);
    Map<Duration, Runnable> ticks;
    try (TestServer server =
        TestServer.start(folder, Map.of("performance.metrics_interval", "5s"))) {
      ticks = server.ticks();
      try (RawConnection local = server.local()) {
        local.call(Frames.set("k", "v"));
        local.call(Frames.get("k"));
      }
      ticks.get(Duration.ofSeconds(5)).run();
      assertThat(lines)
          .filteredOn(line -> line.startsWith("last "))
          .singleElement()
          .asString()
          .contains("; GET ", "; SET ", "100.0 % of reads found their key", " 0 errors");
    } finally {
      log.removeHandler(handler);
    }
    assertThat(ticks).as("a closed server is not asked").isEmpty();
  }

  @Test
  void anIntervalOfZeroMeansNoLine(@TempDir Path folder) throws Exception {
    try (TestServer server =
        TestServer.start(folder, Map.of("performance.metrics_interval", "0"))) {
      assertThat(server.ticks()).containsOnlyKeys(CertificateWatch.INTERVAL);
    }
  }

  private void answer(Opcode opcode, int times, long nanos) {
    for (int i = 0; i < times; i++) {
      recorder.answered(opcode, nanos);
    }
  }

  private Figures figures(
      long second, int connections, long failedLogins, Map<String, DatabaseStats> databases) {
    Map<Opcode, Totals> commands = new EnumMap<>(Opcode.class);
    for (Opcode opcode : Opcode.values()) {
      commands.put(opcode, metrics.totals(opcode));
    }
    long reads = databases.values().stream().mapToLong(DatabaseStats::reads).sum();
    long hits = databases.values().stream().mapToLong(DatabaseStats::readHits).sum();
    long[] times = new long[LatencyBuckets.COUNT];
    times[LatencyBuckets.of(2_000)] = reads / 64;
    return new Figures(
        TimeUnit.SECONDS.toNanos(second),
        connections,
        failedLogins,
        commands,
        databases,
        new MetricsSnapshot(
            reads,
            0,
            hits,
            reads - hits,
            0,
            0,
            new Latencies(times),
            new Latencies(new long[LatencyBuckets.COUNT])));
  }

  /** Counters of a database; each of its syncs took 150 microseconds. */
  private static DatabaseStats stats(long reads, long hits, long walBytes, long syncs) {
    return new DatabaseStats(
        0,
        reads,
        hits,
        walBytes,
        syncs,
        syncs * 150_000,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        true,
        "");
  }

  private static Handler collecting(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord message) {
        lines.add(message.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
