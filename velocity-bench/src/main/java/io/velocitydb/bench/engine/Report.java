package io.velocitydb.bench.engine;

import io.velocitydb.bench.engine.measure.Measurement;
import io.velocitydb.bench.engine.workload.Target;
import io.velocitydb.bench.statistics.Display;
import io.velocitydb.bench.statistics.Ratio;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows as people read them: a line of rates, and below it how either store reached them. */
final class Report {
  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void header() {
    line(
        String.format(
            Locale.ROOT,
            "%-20s %12s %12s %-5s  %-20s %9s %5s %9s %5s",
            "workload",
            "velocity",
            "rocksdb",
            "unit",
            "ratio (95 %)",
            "floor",
            "met",
            "wanted",
            "met"));
  }

  void row(Row row) {
    Ratio ratio = row.ratio();
    boolean rate = row.workload().target() instanceof Target.Rate;
    line(
        String.format(
            Locale.ROOT,
            "%-20s %,12.0f %,12.0f %-5s  %-20s %9s %5s %9s %5s",
            row.workload().id(),
            ratio.ours(),
            ratio.theirs(),
            row.workload().unit(),
            Display.ratio(ratio),
            target(row.floor(), rate),
            row.floorMet().label(),
            target(row.wanted(), rate),
            row.wantedMet().label()));
    row.whileWriting()
        .ifPresent(
            writing ->
                line(
                    String.format(
                        Locale.ROOT,
                        "  %-18s %,12.0f %,12.0f %-5s  %-20s",
                        "while writing",
                        writing.ours(),
                        writing.theirs(),
                        row.workload().unit(),
                        Display.ratio(writing))));
    details("velocity", row.velocity());
    details("rocksdb", row.rocksdb());
    out.println();
    out.flush();
  }

  private static String target(double value, boolean rate) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return rate
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f x", value);
  }

  private void details(String store, List<Measurement> rounds) {
    line(
        String.format(
            Locale.ROOT,
            "  %-9s p50 %s p99 %s p99.9 %s us, longest stall %s ms, amplification write %s read %s"
                + " space %s, resident %s anonymous %s MiB, heap %s B/op%s%s",
            store,
            Display.number(Row.percentileMicros(rounds, 50)),
            Display.number(Row.percentileMicros(rounds, 99)),
            Display.number(Row.percentileMicros(rounds, 99.9)),
            Display.number(Row.longestStallMillis(rounds)),
            Display.number(Row.mean(rounds, Measurement::writeAmplification)),
            Display.number(Row.mean(rounds, Measurement::readAmplification)),
            Display.number(Row.mean(rounds, Measurement::spaceAmplification)),
            Display.number(Row.mean(rounds, Measurement::residentBytes) / (1 << 20)),
            Display.number(Row.mean(rounds, Measurement::anonymousBytes) / (1 << 20)),
            Display.number(Row.mean(rounds, Measurement::heapBytesPerOperation)),
            background(rounds),
            rounds.stream().allMatch(Measurement::settled) ? "" : ", NOT SETTLED in time"));
  }

  private static String background(List<Measurement> rounds) {
    double perSecond = Row.mean(rounds, Measurement::backgroundWritesPerSecond);
    return Double.isNaN(perSecond)
        ? ""
        : String.format(Locale.ROOT, ", beside %,.0f writes/s", perSecond);
  }

  void settings(String store, Map<String, String> settings) {
    line(String.format(Locale.ROOT, "%s:", store));
    settings.forEach((name, value) -> line(String.format(Locale.ROOT, "  %-26s %s", name, value)));
  }

  void line(String text) {
    out.println(text.stripTrailing());
    out.flush();
  }
}
