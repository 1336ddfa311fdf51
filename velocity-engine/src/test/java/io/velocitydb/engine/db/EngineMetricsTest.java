package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.MetricsSnapshot;
import io.velocitydb.engine.PerformanceMetrics;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.metrics.OperationMeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an engine says of what it did. */
class EngineMetricsTest {
  private static final byte[] KEY = "key".getBytes(UTF_8);

  private final FailingVfs disk = new FailingVfs(new SimVfs(1));
  private final FakeClock clock = new FakeClock(1_000_000);
  private final StepBackground background = new StepBackground(1, clock);
  private final Engine engine =
      Engine.open(
          Path.of("/data"),
          EngineOptions.defaults().withMemoryLimit(8 << 20),
          new EngineEnvironment(disk, clock, new NativeMemory(), background, EngineListener.NONE));
  private final Database database = engine.createDatabase("a");

  @AfterEach
  void close() {
    disk.heal();
    engine.close();
  }

  @Test
  void readsWritesHitsMissesAndTimeoutsAreCounted() {
    database.put(KEY, new byte[1]);
    database.put(KEY, new byte[1], (byte) 0, Expiry.NONE, Condition.IF_ABSENT);
    for (int i = 0; i < 3; i++) {
      database.get(KEY);
    }
    database.get(new byte[] {1});
    engine.metrics().countTimeout();
    MetricsSnapshot snapshot = engine.metrics().snapshot();
    assertThat(snapshot.writes()).isEqualTo(2);
    assertThat(snapshot.reads()).isEqualTo(4);
    assertThat(snapshot.hits()).isEqualTo(3);
    assertThat(snapshot.misses()).isEqualTo(1);
    assertThat(snapshot.timeouts()).isEqualTo(1);
    assertThat(snapshot.errors()).as("a condition that does not hold is none").isZero();
  }

  @Test
  void readsAndWritesThatFailAreErrors() {
    database.put(KEY, new byte[1]);
    database.flush();
    engine.database("a").compact();
    disk.fail(1, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, true);
    assertThatThrownBy(() -> database.put(KEY, new byte[1])).isInstanceOf(EngineException.class);
    assertThat(engine.metrics().snapshot().errors()).isEqualTo(1);
    assertThatThrownBy(() -> database.put(KEY, new byte[1])).isInstanceOf(EngineException.class);
    assertThat(engine.metrics().snapshot().errors()).isEqualTo(2);
    assertThatThrownBy(() -> database.get(KEY)).isInstanceOf(EngineException.class);
    assertThat(engine.metrics().snapshot().errors()).isEqualTo(3);
  }

  @Test
  void someOperationsAreTimedByTheEnginesClock() {
    for (int i = 0; i < 10 * OperationMeter.EVERY; i++) {
      database.get(KEY);
    }
    MetricsSnapshot snapshot = engine.metrics().snapshot();
    assertThat(snapshot.readLatency().count()).isEqualTo(10);
    assertThat(snapshot.readLatency().p999Nanos()).as("the clock stands still").isZero();
    // The first write of a thread is timed; it ends when the clock has moved.
    try (WriteBatch batch = database.newBatch()) {
      database.submit(
          batch.put(KEY, KEY),
          Durability.ALWAYS,
          new io.velocitydb.engine.WriteCompletion() {
            @Override
            public void completed(List<io.velocitydb.engine.OperationResult> results) {}

            @Override
            public void failed(EngineException failure) {}
          });
      clock.advance(5);
      background.runAll();
    }
    assertThat(engine.metrics().snapshot().writeLatency().p50Nanos())
        .isBetween(5_000_000L, 5_400_000L);
  }

  @Test
  void aListenerGetsWhatHappenedInEachInterval() {
    List<MetricsSnapshot> intervals = new ArrayList<>();
    database.get(KEY);
    PerformanceMetrics.Registration registration =
        engine.metrics().every(Duration.ofSeconds(60), intervals::add);
    database.put(KEY, KEY);
    database.get(KEY);
    clock.advance(60_000);
    background.runAll();
    database.get(KEY);
    database.get(KEY);
    clock.advance(60_000);
    background.runAll();
    assertThat(intervals).hasSize(2);
    assertThat(intervals.get(0).reads()).isEqualTo(1);
    assertThat(intervals.get(0).writes()).isEqualTo(1);
    assertThat(intervals.get(1).reads()).isEqualTo(2);
    assertThat(intervals.get(1).writes()).isZero();
    registration.close();
    clock.advance(60_000);
    background.runAll();
    assertThat(intervals).hasSize(2);
    assertThatThrownBy(() -> engine.metrics().every(Duration.ZERO, intervals::add))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("1 ms");
  }

  @Test
  void whatADroppedDatabaseDidCountsOn() {
    database.put(KEY, KEY);
    database.get(KEY);
    engine.dropDatabase("a");
    assertThat(engine.metrics().snapshot().reads()).isEqualTo(1);
    assertThat(engine.metrics().snapshot().writes()).isEqualTo(1);
  }
}
