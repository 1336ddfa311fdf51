package io.velocitydb.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.engine.measure.Loading;
import io.velocitydb.bench.engine.measure.Measurement;
import io.velocitydb.bench.engine.measure.Measuring;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.store.StoreSettings;
import io.velocitydb.bench.engine.workload.Catalogue;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both stores, measured here in the test's own process, tiny. */
final class MeasuringBothStoresTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Scale TINY =
      new Scale(
          4_000,
          6_000,
          1,
          Duration.ofMillis(50),
          1_000,
          Duration.ofMillis(50),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          100_000,
          1 << 20);

  @TempDir Path folder;

  private static Workload workload(String id) {
    return Catalogue.all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  private static StoreSettings settings(Path directory) {
    return new StoreSettings(directory, 100, false, 8 << 20, 1 << 20, 4, false, 1);
  }

  private Measurement measure(StoreKind store, String id) throws IOException {
    Workload workload = workload(id);
    Path own = folder.resolve(store.label() + "-" + id);
    Path prepared = own.resolve("prepared");
    if (workload.task().startsLoaded()) {
      Loading.load(store, settings(prepared), TINY.keys(workload));
    }
    Measurement found =
        new Measuring(
                store,
                workload,
                TINY,
                settings(own.resolve("store")),
                prepared,
                own.resolve("work"))
            .run();
    // As it comes from a process of its own.
    return JSON.readValue(JSON.writeValueAsBytes(found), Measurement.class);
  }

  private Row row(String id) throws IOException {
    return new Row(
        workload(id),
        List.of(measure(StoreKind.VELOCITY, id)),
        List.of(measure(StoreKind.ROCKSDB, id)));
  }

  @Test
  void aFillHasAllItsFieldsAndWritesAsOftenAsTheScaleSays() throws Exception {
    Row row = row("fillrandom");
    JsonNode json = JSON.valueToTree(row.json());
    assertThat(json.get("workload").asText()).isEqualTo("fillrandom");
    assertThat(json.get("unit").asText()).isEqualTo("ops/s");
    assertThat(json.get("floor").asDouble()).isEqualTo(1.2);
    assertThat(json.get("wanted").asDouble()).isEqualTo(2);
    assertThat(json.get("ratio").asDouble())
        .isCloseTo(
            json.get("velocity").asDouble() / json.get("rocksdb").asDouble(),
            withinPercentage(0.001));
    for (String store : List.of("velocity", "rocksdb")) {
      assertThat(json.get(store).asDouble())
          .as("with the wait for flushes and merges")
          .isPositive()
          .isLessThan(json.get(store + "WhileWriting").asDouble());
      JsonNode details = json.get(store + "Details");
      for (String field :
          List.of(
              "p50Micros", "p99Micros", "p999Micros", "longestStallMillis", "settlingSeconds")) {
        assertThat(details.get(field).asDouble()).as(store + " " + field).isPositive();
      }
      assertThat(details.get("p50Micros").asDouble())
          .isLessThanOrEqualTo(details.get("p999Micros").asDouble());
      assertThat(details.get("settled").asBoolean()).isTrue();
      assertThat(details.get("spaceAmplification").asDouble()).isBetween(0.1, 1_000.0);
      assertThat(details.get("settings").size()).isGreaterThan(5);
    }
    assertThat(row.velocity().getFirst().operations()).isEqualTo(TINY.writes());
    assertThat(row.rocksdb().getFirst().operations()).isEqualTo(TINY.writes());
  }

  @Test
  void readsOfExistingKeysFindThemAllAndReadsOfOthersNone() throws Exception {
    for (StoreKind store : StoreKind.values()) {
      Measurement reads = measure(store, "readrandom-2t");
      assertThat(reads.operations()).isPositive();
      assertThat(reads.misses()).isZero();
      Measurement together = measure(store, "multireadrandom");
      assertThat(together.operations()).isPositive();
      assertThat(together.misses()).isZero();
      Measurement missing = measure(store, "readmissing");
      assertThat(missing.misses()).isEqualTo(missing.operations());
    }
  }

  @Test
  void scansAndInsertsOfYcsbRunOnBoth() throws Exception {
    for (StoreKind store : StoreKind.values()) {
      Measurement scans = measure(store, "ycsb-e-100b-1t");
      assertThat(scans.operations()).isPositive();
      assertThat(scans.rateWhileWriting()).isGreaterThan(scans.rate());
    }
  }

  @Test
  void theWriterBesideReadersIsPaced() throws Exception {
    for (StoreKind store : StoreKind.values()) {
      assertThat(measure(store, "readwhilewriting").backgroundWritesPerSecond())
          .isBetween(100.0, 25_000.0);
    }
  }
}
