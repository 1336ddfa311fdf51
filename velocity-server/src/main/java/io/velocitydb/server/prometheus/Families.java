package io.velocitydb.server.prometheus;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers samples into metric families. */
final class Families {
  private static final String PREFIX = "velocity_";

  private record Family(String name, Collector.Type type, String help, List<Sample> samples) {}

  private final Map<String, Family> families = new LinkedHashMap<>();

  /** A figure that goes up and down. */
  void gauge(String name, String help, Number value) {
    gauge(name, help, List.of(), List.of(), value);
  }

  void gauge(String name, String help, String label, String labelValue, Number value) {
    gauge(name, help, List.of(label), List.of(labelValue), value);
  }

  private void gauge(
      String name, String help, List<String> labels, List<String> values, Number value) {
    Family family = family(name, Collector.Type.GAUGE, help);
    family.samples.add(new Sample(family.name, labels, values, value.doubleValue()));
  }

  /** A figure that only grows; {@code name} without {@code _total}. */
  void counter(String name, String help, Number value) {
    counter(name, help, List.of(), List.of(), value);
  }

  void counter(String name, String help, String label, String labelValue, Number value) {
    counter(name, help, List.of(label), List.of(labelValue), value);
  }

  private void counter(
      String name, String help, List<String> labels, List<String> values, Number value) {
    Family family = family(name, Collector.Type.COUNTER, help);
    family.samples.add(new Sample(family.name + "_total", labels, values, value.doubleValue()));
  }

  /**
   * A distribution.
   *
   * @param bounds upper bounds of the buckets, ascending, the last infinite
   * @param buckets how many fell into each alone
   */
  void histogram(
      String name,
      String help,
      String label,
      String labelValue,
      double[] bounds,
      long[] buckets,
      double sum) {
    Family family = family(name, Collector.Type.HISTOGRAM, help);
    long cumulated = 0;
    for (int i = 0; i < buckets.length; i++) {
      cumulated += buckets[i];
      String bound = bounds[i] == Double.POSITIVE_INFINITY ? "+Inf" : String.valueOf(bounds[i]);
      family.samples.add(
          new Sample(
              family.name + "_bucket",
              List.of(label, "le"),
              List.of(labelValue, bound),
              (double) cumulated));
    }
    List<String> labels = List.of(label);
    List<String> values = List.of(labelValue);
    family.samples.add(new Sample(family.name + "_count", labels, values, (double) cumulated));
    family.samples.add(new Sample(family.name + "_sum", labels, values, sum));
  }

  private Family family(String name, Collector.Type type, String help) {
    return families.computeIfAbsent(
        name, key -> new Family(PREFIX + key, type, help, new ArrayList<>()));
  }

  List<MetricFamilySamples> all() {
    return families.values().stream()
        .map(
            family ->
                new MetricFamilySamples(family.name, family.type, family.help, family.samples))
        .toList();
  }
}
