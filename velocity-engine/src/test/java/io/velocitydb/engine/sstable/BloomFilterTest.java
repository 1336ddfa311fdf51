package io.velocitydb.engine.sstable;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BloomFilterTest {
  private static final int KEYS = 100_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0001})
  void itIsWrongAsOftenAsAskedAndNeverForAPresentKey(double rate) {
    NativeMemory memory = new NativeMemory();
    BloomFilter.Shape shape = BloomFilter.shape(rate);
    int lines = shape.lines(KEYS);
    long bytes = (long) lines * BloomFilter.LINE_BYTES;
    long filter = memory.allocate(bytes, MemoryTag.FILTER);
    Memory.fill(filter, bytes, (byte) 0);
    long key = memory.allocate(8, MemoryTag.FILTER);
    for (int i = 0; i < KEYS; i++) {
      BloomFilter.add(filter, lines, shape.probes(), hash(key, i));
    }
    for (int i = 0; i < KEYS; i++) {
      assertThat(BloomFilter.mayContain(filter, lines, shape.probes(), hash(key, i))).isTrue();
    }
    int wrong = 0;
    int asked = 2_000_000;
    for (int i = 0; i < asked; i++) {
      wrong += BloomFilter.mayContain(filter, lines, shape.probes(), hash(key, KEYS + i)) ? 1 : 0;
    }
    double measured = (double) wrong / asked;
    assertThat(measured)
        .as("%s: %.1f bits for a key, %d probes", rate, bytes * 8.0 / KEYS, shape.probes())
        .isBetween(rate * 0.5, rate * 1.1);
    memory.free(filter, bytes, MemoryTag.FILTER);
    memory.free(key, 8, MemoryTag.FILTER);
  }

  private static long hash(long key, int i) {
    Memory.putLong(key, i);
    return XxHash64.hash(key, 8, 0);
  }
}
