package io.velocitydb.bench.engine;

import io.velocitydb.bench.engine.measure.Measurement;
import io.velocitydb.bench.engine.workload.Target;
import io.velocitydb.bench.engine.workload.Workload;
import io.velocitydb.bench.statistics.Display;
import io.velocitydb.bench.statistics.Latencies;
import io.velocitydb.bench.statistics.Ratio;
import io.velocitydb.bench.statistics.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * A workload, measured on both stores.
 *
 * @param velocity measurements in the order of their rounds
 * @param rocksdb those of the same rounds
 */
record Row(Workload workload, List<Measurement> velocity, List<Measurement> rocksdb) {
  /** The rates, and their ratio. */
  Ratio ratio() {
    return of(Measurement::rate);
  }

  /** The same without the wait for flushes and merges, where there was one. */
  Optional<Ratio> whileWriting() {
    return Double.isNaN(velocity.getFirst().rateWhileWriting())
        ? Optional.empty()
        : Optional.of(of(Measurement::rateWhileWriting));
  }

  private Ratio of(ToDoubleFunction<Measurement> rate) {
    return Ratio.of(
        velocity.stream().map(rate::applyAsDouble).toList(),
        rocksdb.stream().map(rate::applyAsDouble).toList());
  }

  double floor() {
    return switch (workload.target()) {
      case Target.TimesRocksDb target -> target.floor();
      case Target.Rate target -> target.floor();
      case Target.None _ -> Double.NaN;
    };
  }

  double wanted() {
    return switch (workload.target()) {
      case Target.TimesRocksDb target -> target.wanted();
      case Target.Rate target -> target.wanted();
      case Target.None _ -> Double.NaN;
    };
  }

  Verdict floorMet() {
    return verdict(floor());
  }

  Verdict wantedMet() {
    return verdict(wanted());
  }

  private Verdict verdict(double limit) {
    Ratio ratio = ratio();
    return switch (workload.target()) {
      case Target.TimesRocksDb _ ->
          Verdict.atLeast(limit, ratio.ratio(), ratio.low(), ratio.high());
      case Target.Rate _ -> {
        double lowest = velocity.stream().mapToDouble(Measurement::rate).min().orElse(0);
        double highest = velocity.stream().mapToDouble(Measurement::rate).max().orElse(0);
        yield Verdict.atLeast(limit, ratio.ours(), lowest, highest);
      }
      case Target.None _ -> Verdict.NONE;
    };
  }

  /** Mean of a figure over the rounds. */
  static double mean(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    return rounds.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** The longest stall of all rounds. */
  static double longestStallMillis(List<Measurement> rounds) {
    return rounds.stream().mapToDouble(Measurement::longestStallMillis).max().orElse(0);
  }

  /** A percentile of all rounds together, in microseconds. */
  static double percentileMicros(List<Measurement> rounds, double percentile) {
    Histogram all = Latencies.empty();
    rounds.forEach(round -> all.add(Latencies.decode(round.histogram())));
    return all.getTotalCount() == 0 ? Double.NaN : all.getValueAtPercentile(percentile) / 1e3;
  }

  /** As it goes into the JSON file; what is not known is left out. */
  Map<String, Object> json() {
    Ratio ratio = ratio();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("workload", workload.id());
    row.put("unit", workload.unit());
    row.put("threads", workload.threads());
    row.put("valueBytes", workload.valueBytes());
    row.put("rounds", velocity.size());
    row.put("velocity", ratio.ours());
    row.put("rocksdb", ratio.theirs());
    row.put("ratio", ratio.ratio());
    Display.putKnown(row, "ratioLow", ratio.low());
    Display.putKnown(row, "ratioHigh", ratio.high());
    Display.putKnown(row, "floor", floor());
    Display.putKnown(row, "wanted", wanted());
    row.put("target", workload.target() instanceof Target.Rate ? "velocity" : "ratio");
    row.put("floorMet", floorMet().label());
    row.put("wantedMet", wantedMet().label());
    whileWriting()
        .ifPresent(
            writing -> {
              row.put("velocityWhileWriting", writing.ours());
              row.put("rocksdbWhileWriting", writing.theirs());
              row.put("ratioWhileWriting", writing.ratio());
            });
    row.put("velocityDetails", details(velocity));
    row.put("rocksdbDetails", details(rocksdb));
    return row;
  }

  private static Map<String, Object> details(List<Measurement> rounds) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("rates", rounds.stream().map(Measurement::rate).toList());
    Display.putKnown(details, "p50Micros", percentileMicros(rounds, 50));
    Display.putKnown(details, "p99Micros", percentileMicros(rounds, 99));
    Display.putKnown(details, "p999Micros", percentileMicros(rounds, 99.9));
    details.put("longestStallMillis", longestStallMillis(rounds));
    Display.putKnown(details, "settlingSeconds", mean(rounds, Measurement::settlingSeconds));
    details.put("settled", rounds.stream().allMatch(Measurement::settled));
    Display.putKnown(details, "writeAmplification", mean(rounds, Measurement::writeAmplification));
    Display.putKnown(details, "readAmplification", mean(rounds, Measurement::readAmplification));
    Display.putKnown(details, "spaceAmplification", mean(rounds, Measurement::spaceAmplification));
    Display.putKnown(details, "residentBytes", mean(rounds, Measurement::residentBytes));
    Display.putKnown(details, "anonymousBytes", mean(rounds, Measurement::anonymousBytes));
    Display.putKnown(
        details, "heapBytesPerOperation", mean(rounds, Measurement::heapBytesPerOperation));
    Display.putKnown(
        details, "backgroundWritesPerSecond", mean(rounds, Measurement::backgroundWritesPerSecond));
    details.put("settings", rounds.getFirst().settings());
    return details;
  }
}
