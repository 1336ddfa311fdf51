package io.velocitydb.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.config.Keys.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison in small, with the Redis of this machine; left out where there is none. */
final class MiniatureTest {
  private static final Scale SCALE =
      new Scale(
          2_000, 100, 4, 2, Duration.ofMillis(30), Duration.ofMillis(100), Duration.ofMillis(100));

  @TempDir private Path work;

  @BeforeEach
  void needsRedis() {
    assumeTrue(RedisBenchmark.isInstalled("redis-server") && RedisBenchmark.isInstalled());
  }

  private static Trial trial(Via via, Command command) {
    return new Trial(via, command, 16, Durability.INTERVAL, List.of());
  }

  @Test
  void everyCommandIsMeasuredOnRedisAndFindsItsKeys() throws Exception {
    try (Contender redis = Contender.redis(work, Durability.INTERVAL, SCALE)) {
      for (Command command : Command.values()) {
        Measurement found = redis.measure(trial(Via.VPROTO, command), true);
        assertThat(found.rate()).as("%s", command).isPositive();
        assertThat(found.half().perSecond()).isBetween(0.1 * found.rate(), 0.6 * found.rate());
        assertThat(found.half().p99()).isPositive();
        assertThat(found.errors()).isZero();
        assertThat(found.misses()).isZero();
        assertThat(found.heapBytesPerOperation()).isNaN();
      }
    }
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void redisBenchmarkMeasuresRedisAndTheCannedResponder() throws Exception {
    try (Contender redis = Contender.redis(work, Durability.ALWAYS, SCALE);
        Contender responder = Contender.responder(work, Via.RESP, SCALE)) {
      for (Command command : List.of(Command.GET, Command.SET, Command.INCR)) {
        for (Contender contender : List.of(redis, responder)) {
          Measurement found = contender.measure(trial(Via.RESP, command), false);
          assertThat(found.rate()).as("%s", command).isPositive();
          assertThat(found.full().p99()).isGreaterThanOrEqualTo(found.full().p50());
          assertThat(found.full().p999()).isPositive();
        }
      }
    }
  }
}
