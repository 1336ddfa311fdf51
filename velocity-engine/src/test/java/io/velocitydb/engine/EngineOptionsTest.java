package io.velocitydb.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineOptionsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1000, 0, 0.01, 4, 4096, 65536, memoryLimit must be at least 1 byte",
    "65536, 0, 0, 0.01, 4, 4096, 65536, syncIntervalMs must be at least 1 ms",
    "65536, 1000, -1, 0.01, 4, 4096, 65536, memtableBytes must be 0 or more bytes",
    "65536, 1000, 0, 0, 4, 4096, 65536, bloomFalsePositiveRate must be above 0 and below 1",
    "65536, 1000, 0, 1, 4, 4096, 65536, bloomFalsePositiveRate must be above 0 and below 1",
    "65536, 1000, 0, NaN, 4, 4096, 65536, bloomFalsePositiveRate must be above 0 and below 1",
    "65536, 1000, 0, 0.01, 1, 4096, 65536, compactionThreshold must be at least 2 runs",
    "65536, 1000, 0, 0.01, 4, 0, 65536, blockBytes must be at least 1 byte",
    "65536, 1000, 0, 0.01, 4, 4096, 0, walSegmentBytes must be at least 1 byte",
  })
  void anImpossibleValueIsRefusedWithItsNameAndItsRange(
      long memory,
      long syncMs,
      long memtable,
      double bloom,
      int threshold,
      int block,
      long segment,
      String message) {
    assertThatThrownBy(
            () ->
                EngineOptions.defaults()
                    .withMemoryLimit(memory)
                    .withSyncIntervalMs(syncMs)
                    .withMemtableBytes(memtable)
                    .withBloomFalsePositiveRate(bloom)
                    .withCompactionThreshold(threshold)
                    .withBlockBytes(block)
                    .withWalSegmentBytes(segment))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1, 2, Double.NaN})
  void aTargetHitRateIsAboveZeroAndBelowOne(double value) {
    assertThatThrownBy(() -> EngineOptions.defaults().withTargetCacheHitRate(value))
        .isInstanceOf(EngineException.class)
        .hasMessage("targetCacheHitRate must be above 0 and below 1, not " + value);
  }
}
