package io.velocitydb.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.bench.statistics.Verdict;
import io.velocitydb.config.Keys.Durability;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RowTest {
  private static Measurement measurement(double rate, double halfP99) {
    return new Measurement(
        new Latency(rate, 0.2, 0.4, 0.9),
        new Latency(rate / 2, 0.1, halfP99, 0.8),
        0,
        0,
        3.5,
        12,
        1 << 20);
  }

  private static Trial trial(Via via, Target... targets) {
    return new Trial(via, Command.GET, 16, Durability.INTERVAL, List.of(targets));
  }

  private static Row row(Trial trial, List<Double> ceiling) {
    return new Row(
        trial,
        List.of(measurement(150, 0.4), measurement(150, 0.8)),
        List.of(measurement(100, 1), measurement(100, 1)),
        ceiling,
        List.of(measurement(200, 1), measurement(200, 1)));
  }

  private static Row.Judged judged(Target target) {
    return row(trial(Via.VPROTO, target), List.of(180.0, 200.0)).judged().getFirst();
  }

  @Test
  void theRatioAndTheShareOfTheBestCeilingAreJudged() {
    Row.Judged times = judged(new Target.TimesRedis(1.2, 2));
    assertThat(times.value()).isCloseTo(1.5, within(1e-9));
    assertThat(times.floorMet()).isEqualTo(Verdict.YES);
    assertThat(times.wantedMet()).isEqualTo(Verdict.NO);
    Row.Judged share = judged(new Target.OfCeiling(0.8, 0.9));
    assertThat(share.value()).isCloseTo(0.75, within(1e-9));
    assertThat(share.floorMet()).isEqualTo(Verdict.NO);
  }

  @Test
  void whatIsWantedOfWritesIsTheLesserOfTwiceRedisAndTheCeilingsShare() {
    assertThat(judged(new Target.TimesRedisOrCeiling(1, 2, 0.85)).wanted())
        .isCloseTo(1.7, within(1e-9));
    assertThat(judged(new Target.TimesRedisOrCeiling(1, 1.4, 0.85)).wanted())
        .isCloseTo(1.4, within(1e-9));
  }

  @Test
  void aPercentileIsToBeSmallAndARateLarge() {
    Row.Judged p99 = judged(new Target.HalfLoadP99(1, 0.5));
    assertThat(p99.value()).isCloseTo(0.6, within(1e-9));
    assertThat(p99.floorMet()).isEqualTo(Verdict.YES);
    assertThat(p99.wantedMet()).isEqualTo(Verdict.UNLIKELY);
    assertThat(judged(new Target.Rate(151)).floorMet()).isEqualTo(Verdict.NO);
    assertThat(judged(new Target.Rate(149)).floorMet()).isEqualTo(Verdict.YES);
  }

  @Test
  void tlsIsHeldAgainstPlaintext() {
    Row.Judged share = judged(new Target.OfPlaintext(0.7));
    assertThat(share.value()).isCloseTo(0.75, within(1e-9));
    assertThat(share.floorMet()).isEqualTo(Verdict.YES);
  }

  @Test
  void withoutACeilingItsTargetIsNotJudged() {
    Row.Judged share =
        row(trial(Via.VPROTO, new Target.OfCeiling(0.8, 0.9)), List.of()).judged().getFirst();
    assertThat(share.floorMet()).isEqualTo(Verdict.NONE);
  }

  @Test
  void theJsonHasFloorAndWantedAndLeavesOutWhatIsUnknown() {
    Row row =
        row(
            trial(Via.VPROTO, new Target.TimesRedis(1.2, 2), new Target.HalfLoadP99(1, 0.5)),
            List.of());
    JsonNode json = new ObjectMapper().valueToTree(row.json());
    assertThat(json.get("workload").asText()).isEqualTo("vproto-get-16-interval");
    assertThat(json.get("target").asText()).isEqualTo("ratio");
    assertThat(json.get("floor").asDouble()).isEqualTo(1.2);
    assertThat(json.get("wanted").asDouble()).isEqualTo(2);
    assertThat(json.get("floorMet").asText()).isEqualTo("yes");
    assertThat(json.has("ceiling")).isFalse();
    assertThat(json.get("furtherTargets").get(0).get("target").asText())
        .isEqualTo("p99MillisAtHalfLoad");
    assertThat(json.get("velocityDetails").get("heapBytesPerOperation").asDouble()).isEqualTo(12);
    assertThat(json.get("redisDetails").get("halfLoad").get("p99Millis").asDouble()).isEqualTo(1);
  }

  @Test
  void onlyRoundsOfBothMakeARow() {
    Trial trial = trial(Via.VPROTO);
    Found found = new Found();
    found.put(Side.VELOCITY, trial, 1, measurement(150, 1));
    assertThat(found.row(trial)).isEmpty();
    found.put(Side.VELOCITY, trial, 2, measurement(300, 1));
    found.put(Side.REDIS, trial, 2, measurement(100, 1));
    assertThat(found.row(trial).orElseThrow().ratio().ratio()).isCloseTo(3, within(1e-9));
    Trial tls = trial(Via.TLS);
    found.put(Side.VELOCITY_TLS, tls, 2, measurement(200, 1));
    Row row = found.row(tls).orElseThrow();
    assertThat(row.ratio().ratio()).isCloseTo(2, within(1e-9));
    assertThat(row.plaintext()).hasSize(1);
  }
}
