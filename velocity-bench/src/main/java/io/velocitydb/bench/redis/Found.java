package io.velocitydb.bench.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** All that was measured so far, and the rows that follow from it. */
final class Found {
  private record Key(Side side, String trial) {}

  private final Map<Key, NavigableMap<Integer, Measurement>> measurements = new HashMap<>();
  private final Map<String, List<Double>> ceilings = new HashMap<>();

  void put(Side side, Trial trial, int round, Measurement measurement) {
    measurements
        .computeIfAbsent(new Key(side, trial.id()), key -> new TreeMap<>())
        .put(round, measurement);
  }

  void putCeiling(Trial trial, double rate) {
    ceilings.computeIfAbsent(trial.ceilingId(), key -> new ArrayList<>()).add(rate);
  }

  /** The trial's row, of the rounds that all took part in; empty if there is none. */
  Optional<Row> row(Trial trial) {
    boolean tls = trial.via().tls();
    NavigableMap<Integer, Measurement> ours =
        of(tls ? Side.VELOCITY_TLS : Side.VELOCITY, trial.id());
    NavigableMap<Integer, Measurement> theirs = of(Side.REDIS, trial.plaintextId());
    NavigableMap<Integer, Measurement> plaintext =
        tls ? of(Side.VELOCITY, trial.plaintextId()) : ours;
    List<Integer> rounds =
        ours.keySet().stream().filter(theirs::containsKey).filter(plaintext::containsKey).toList();
    if (rounds.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Row(
            trial,
            rounds.stream().map(ours::get).toList(),
            rounds.stream().map(theirs::get).toList(),
            ceilings.getOrDefault(trial.ceilingId(), List.of()),
            tls ? rounds.stream().map(plaintext::get).toList() : List.of()));
  }

  private NavigableMap<Integer, Measurement> of(Side side, String trial) {
    return measurements.getOrDefault(new Key(side, trial), new TreeMap<>());
  }
}
