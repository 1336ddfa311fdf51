package io.velocitydb.bench.redis;

import io.velocitydb.bench.statistics.Display;
import io.velocitydb.bench.statistics.Ratio;
import io.velocitydb.bench.statistics.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * A trial, measured on both servers.
 *
 * @param velocity measurements in the order of their rounds
 * @param redis those of the same rounds
 * @param ceiling rates of the canned responder; none where it was not measured
 * @param plaintext of a trial with TLS: Velocity's without, of the same rounds
 */
record Row(
    Trial trial,
    List<Measurement> velocity,
    List<Measurement> redis,
    List<Double> ceiling,
    List<Measurement> plaintext) {

  /**
   * A target, and how near it was come.
   *
   * @param what the figure that it is about, as in the JSON file
   * @param wanted NaN where there is only a floor
   */
  record Judged(
      String what,
      double value,
      double floor,
      double wanted,
      Verdict floorMet,
      Verdict wantedMet) {}

  /** A figure and the interval that it lies in. */
  private record Interval(double mean, double low, double high) {
    Verdict atLeast(double limit) {
      return Double.isNaN(limit) || Double.isNaN(mean)
          ? Verdict.NONE
          : Verdict.atLeast(limit, mean, low, high);
    }

    Verdict atMost(double limit) {
      return Double.isNaN(mean) ? Verdict.NONE : Verdict.atMost(limit, mean, low, high);
    }
  }

  /** The rates, and their ratio. */
  Ratio ratio() {
    return Ratio.of(rates(velocity), rates(redis));
  }

  /** Velocity's rate as a share of the ceiling's. */
  OptionalDouble shareOfCeiling() {
    return ceilingRate().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(ratio().ours() / ceilingRate().getAsDouble());
  }

  /** The best that the responder reached: what disturbs it makes it slower only. */
  OptionalDouble ceilingRate() {
    return ceiling.stream().mapToDouble(Double::doubleValue).max();
  }

  /** All targets, the main one first. */
  List<Judged> judged() {
    return trial.targets().stream().map(this::judge).toList();
  }

  private Judged judge(Target target) {
    return switch (target) {
      case Target.OfCeiling(double floor, double wanted) ->
          atLeast("shareOfCeiling", ofCeiling(), floor, wanted);
      case Target.TimesRedis(double floor, double wanted) ->
          atLeast("ratio", interval(ratio()), floor, wanted);
      case Target.TimesRedisOrCeiling(double floor, double wanted, double share) ->
          atLeast(
              "ratio",
              interval(ratio()),
              floor,
              Math.min(wanted, share * ceilingRate().orElse(Double.NaN) / ratio().theirs()));
      case Target.Rate(double floor) ->
          atLeast("velocity", of(velocity, Measurement::rate), floor, Double.NaN);
      case Target.OfPlaintext(double floor) ->
          atLeast(
              "shareOfPlaintext",
              plaintext.isEmpty()
                  ? new Interval(Double.NaN, Double.NaN, Double.NaN)
                  : interval(Ratio.of(rates(velocity), rates(plaintext))),
              floor,
              Double.NaN);
      case Target.HalfLoadP99(double floor, double wanted) -> {
        Interval found = of(velocity, measurement -> measurement.half().p99());
        yield new Judged(
            "p99MillisAtHalfLoad",
            found.mean(),
            floor,
            wanted,
            found.atMost(floor),
            found.atMost(wanted));
      }
    };
  }

  private static Judged atLeast(String what, Interval found, double floor, double wanted) {
    return new Judged(
        what, found.mean(), floor, wanted, found.atLeast(floor), found.atLeast(wanted));
  }

  private Interval ofCeiling() {
    double rate = ceilingRate().orElse(Double.NaN);
    return of(velocity, measurement -> measurement.rate() / rate);
  }

  private static Interval interval(Ratio ratio) {
    return new Interval(ratio.ratio(), ratio.low(), ratio.high());
  }

  /** Mean, least and greatest over the rounds. */
  private static Interval of(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    double[] values = rounds.stream().mapToDouble(figure).toArray();
    return new Interval(
        mean(rounds, figure),
        java.util.Arrays.stream(values).min().orElse(Double.NaN),
        java.util.Arrays.stream(values).max().orElse(Double.NaN));
  }

  private static List<Double> rates(List<Measurement> rounds) {
    return rounds.stream().map(Measurement::rate).toList();
  }

  /** Mean of a figure over the rounds. */
  static double mean(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    return rounds.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** As it goes into the JSON file; what is not known is left out. */
  Map<String, Object> json() {
    Ratio ratio = ratio();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("workload", trial.id());
    row.put("unit", "ops/s");
    row.put("via", trial.via().label());
    row.put("command", trial.command().name());
    row.put("depth", trial.depth());
    row.put("durability", trial.durability().name());
    row.put("rounds", velocity.size());
    row.put("velocity", ratio.ours());
    row.put("redis", ratio.theirs());
    row.put("ratio", ratio.ratio());
    Display.putKnown(row, "ratioLow", ratio.low());
    Display.putKnown(row, "ratioHigh", ratio.high());
    Display.putKnown(row, "ceiling", ceilingRate().orElse(Double.NaN));
    Display.putKnown(row, "shareOfCeiling", shareOfCeiling().orElse(Double.NaN));
    List<Map<String, Object>> targets = new ArrayList<>();
    judged().forEach(judged -> targets.add(json(judged)));
    if (!targets.isEmpty()) {
      row.putAll(targets.removeFirst());
    }
    row.put("furtherTargets", targets);
    row.put("velocityDetails", details(velocity));
    row.put("redisDetails", details(redis));
    return row;
  }

  private static Map<String, Object> json(Judged judged) {
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("target", judged.what());
    Display.putKnown(target, "value", judged.value());
    target.put("floor", judged.floor());
    Display.putKnown(target, "wanted", judged.wanted());
    target.put("floorMet", judged.floorMet().label());
    target.put("wantedMet", judged.wantedMet().label());
    return target;
  }

  private static Map<String, Object> details(List<Measurement> rounds) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("rates", rates(rounds));
    details.put("fullLoad", json(rounds, Measurement::full));
    details.put("halfLoad", json(rounds, Measurement::half));
    Display.putKnown(
        details, "cpuSecondsPerMillion", mean(rounds, Measurement::cpuSecondsPerMillion));
    Display.putKnown(
        details, "heapBytesPerOperation", mean(rounds, Measurement::heapBytesPerOperation));
    details.put("residentBytes", mean(rounds, Measurement::residentBytes));
    details.put("errors", rounds.stream().mapToLong(Measurement::errors).sum());
    details.put("misses", rounds.stream().mapToLong(Measurement::misses).sum());
    return details;
  }

  private static Map<String, Object> json(
      List<Measurement> rounds, java.util.function.Function<Measurement, Latency> load) {
    Map<String, Object> latency = new LinkedHashMap<>();
    Display.putKnown(latency, "perSecond", mean(rounds, each -> load.apply(each).perSecond()));
    Display.putKnown(latency, "p50Millis", mean(rounds, each -> load.apply(each).p50()));
    Display.putKnown(latency, "p99Millis", mean(rounds, each -> load.apply(each).p99()));
    Display.putKnown(latency, "p999Millis", mean(rounds, each -> load.apply(each).p999()));
    return latency;
  }
}
