package io.velocitydb.server.report;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Latencies;
import io.velocitydb.engine.MetricsSnapshot;
import io.velocitydb.engine.PerformanceMetrics;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.metrics.CommandMetrics.Totals;
import io.velocitydb.server.session.SessionEnvironment;
import java.time.Duration;
import java.util.Formatter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;

/**
 * Compares the figures of two moments and says in one line what happened between them: rates of all
 * requests and of each command that was used, latencies that 50, 99 and 99.9 % of its requests did
 * not pass (upper bounds: they are counted in powers of two), reads that found their key, and what
 * the logs took. Confined to its ticker's thread.
 */
public final class IntervalReport {
  private static final Logger LOG = Logger.getLogger(IntervalReport.class);
  private static final double NANOS = 1e9;
  private static final double MIB = 1 << 20;

  private final Supplier<Figures> reading;
  private final Consumer<String> out;
  private Figures before;

  IntervalReport(Supplier<Figures> reading, Consumer<String> out) {
    this.reading = reading;
    this.out = out;
    before = reading.get();
  }

  /**
   * Begins to report.
   *
   * @param interval between two lines; zero for none
   * @param engine what the engine did
   * @param out takes the lines
   * @return ends it
   */
  public static Runnable start(
      Duration interval,
      Ticker ticker,
      LongSupplier nanoTime,
      SessionEnvironment sessions,
      Databases databases,
      PerformanceMetrics engine,
      Consumer<String> out) {
    if (interval.isZero()) {
      return () -> {};
    }
    IntervalReport report =
        new IntervalReport(
            () -> Figures.of(nanoTime.getAsLong(), sessions, databases, engine), out);
    return ticker.every(interval, report::next);
  }

  /** Reports what happened since the last time. */
  void next() {
    try {
      Figures now = reading.get();
      out.accept(line(before, now));
      before = now;
    } catch (RuntimeException e) {
      LOG.warnf(e, "no line of figures this time");
    }
  }

  static String line(Figures before, Figures now) {
    double seconds = (now.nanoTime() - before.nanoTime()) / NANOS;
    Formatter line = new Formatter(Locale.ROOT);
    Formatter commands = new Formatter(Locale.ROOT);
    long requests = 0;
    long errors = 0;
    long timeouts = 0;
    for (Opcode opcode : Opcode.values()) {
      Totals totals = now.commands().get(opcode).minus(before.commands().get(opcode));
      requests += totals.count();
      errors += totals.errors();
      timeouts += totals.timeouts();
      if (totals.count() > 0) {
        command(commands, opcode, totals, seconds);
      }
    }
    line.format(
        "last %.1f s: %.1f requests/s, %d errors, %d timeouts, %d connections, %d failed logins",
        seconds,
        requests / seconds,
        errors,
        timeouts,
        now.connections(),
        now.failedLogins() - before.failedLogins());
    line.format("%s", commands);
    databases(line, before, now, seconds);
    return line.toString();
  }

  private static void command(Formatter line, Opcode opcode, Totals totals, double seconds) {
    line.format(
        "; %s %.1f/s p50 %s p99 %s p99.9 %s",
        opcode,
        totals.count() / seconds,
        latency(totals.percentileNanos(0.5)),
        latency(totals.percentileNanos(0.99)),
        latency(totals.percentileNanos(0.999)));
  }

  private static void databases(Formatter line, Figures before, Figures now, double seconds) {
    MetricsSnapshot engine = now.engine().since(before.engine());
    if (engine.reads() > 0) {
      line.format("; %.1f %% of reads found their key", 100.0 * engine.hits() / engine.reads());
    }
    timed(line, "engine reads", engine.readLatency());
    timed(line, "engine writes", engine.writeLatency());
    if (engine.errors() > 0) {
      line.format("; %d engine errors", engine.errors());
    }
    long syncs = grown(before, now, DatabaseStats::walSyncs);
    line.format(
        "; logs %.2f MiB/s, %.1f syncs/s",
        grown(before, now, DatabaseStats::walBytes) / MIB / seconds, syncs / seconds);
    if (syncs > 0) {
      line.format(" of %s", latency(grown(before, now, DatabaseStats::walSyncNanos) / syncs));
    }
    double stalled = grown(before, now, DatabaseStats::stallNanos) / NANOS;
    if (stalled > 0) {
      line.format("; writes held back for %.1f s", stalled);
    }
  }

  private static void timed(Formatter line, String what, Latencies latencies) {
    if (latencies.count() > 0) {
      line.format(
          "; %s p50 %s p99 %s p99.9 %s",
          what,
          latency(latencies.p50Nanos()),
          latency(latencies.p99Nanos()),
          latency(latencies.p999Nanos()));
    }
  }

  /** The sum over the databases; one that was made meanwhile began with nothing. */
  private static long grown(Figures before, Figures now, ToLongFunction<DatabaseStats> figure) {
    long sum = 0;
    for (var database : now.databases().entrySet()) {
      DatabaseStats former = before.databases().get(database.getKey());
      long present = figure.applyAsLong(database.getValue());
      long past = former == null ? 0 : figure.applyAsLong(former);
      // Dropped and made anew under the same name, it counts from nothing again.
      sum += present >= past ? present - past : present;
    }
    return sum;
  }

  private static String latency(long nanos) {
    if (nanos < 1_000_000) {
      return String.format(Locale.ROOT, "%.0f us", nanos / 1e3);
    }
    return nanos < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
        : String.format(Locale.ROOT, "%.1f s", nanos / NANOS);
  }
}
