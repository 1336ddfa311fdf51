package io.velocitydb.bench.redis;

import io.velocitydb.bench.statistics.Display;
import io.velocitydb.bench.statistics.Ratio;
import io.velocitydb.bench.statistics.Verdict;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Rows as people read them: a line of rates, the targets, and what either server took for it. */
final class Report {
  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void header() {
    line(
        String.format(
            Locale.ROOT,
            "%-32s %12s %12s  %-20s %12s %6s",
            "workload",
            "velocity/s",
            "redis/s",
            "ratio (95 %)",
            "ceiling/s",
            "share"));
  }

  void row(Row row) {
    Ratio ratio = row.ratio();
    line(
        String.format(
            Locale.ROOT,
            "%-32s %,12.0f %,12.0f  %-20s %12s %6s",
            row.trial().id(),
            ratio.ours(),
            ratio.theirs(),
            Display.ratio(ratio),
            Display.number(row.ceilingRate().orElse(Double.NaN)),
            Display.number(row.shareOfCeiling().orElse(Double.NaN))));
    for (Row.Judged judged : row.judged()) {
      line(
          String.format(
              Locale.ROOT,
              "  %-20s %s, floor %s: %s%s",
              judged.what(),
              Display.number(judged.value()),
              Display.number(judged.floor()),
              judged.floorMet().label(),
              wanted(judged)));
    }
    details("velocity", row.velocity());
    details("redis", row.redis());
    line("");
  }

  private static String wanted(Row.Judged judged) {
    return judged.wantedMet() == Verdict.NONE
        ? ""
        : ", wanted " + Display.number(judged.wanted()) + ": " + judged.wantedMet().label();
  }

  private void details(String server, List<Measurement> rounds) {
    long errors = rounds.stream().mapToLong(Measurement::errors).sum();
    long misses = rounds.stream().mapToLong(Measurement::misses).sum();
    line(
        String.format(
            Locale.ROOT,
            "  %-9s full load %s ms, half load %s ms, CPU %s s/million, heap %s B/op, resident %s"
                + " MiB%s%s",
            server,
            percentiles(rounds, Measurement::full),
            percentiles(rounds, Measurement::half),
            Display.number(Row.mean(rounds, Measurement::cpuSecondsPerMillion)),
            Display.number(Row.mean(rounds, Measurement::heapBytesPerOperation)),
            Display.number(Row.mean(rounds, Measurement::residentBytes) / (1 << 20)),
            errors == 0 ? "" : String.format(Locale.ROOT, ", %,d ERRORS", errors),
            misses == 0 ? "" : String.format(Locale.ROOT, ", %,d MISSES", misses)));
  }

  private static String percentiles(List<Measurement> rounds, Function<Measurement, Latency> load) {
    return "p50 "
        + millis(Row.mean(rounds, each -> load.apply(each).p50()))
        + " p99 "
        + millis(Row.mean(rounds, each -> load.apply(each).p99()))
        + " p99.9 "
        + millis(Row.mean(rounds, each -> load.apply(each).p999()));
  }

  private static String millis(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  void settings(String server, Map<String, String> settings) {
    line(server + ":");
    settings.forEach(
        (name, value) ->
            line(String.format(Locale.ROOT, "  %-40s %s", name, value.isEmpty() ? "\"\"" : value)));
  }

  void line(String text) {
    out.println(text.stripTrailing());
    out.flush();
  }
}
