package io.velocitydb.engine.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataBlockBuilderTest {
  private static final int INTERVAL = 16;

  private final NativeMemory memory = new NativeMemory();

  /** How many bytes a point read steps over at most, and what the restart points may cost. */
  @ParameterizedTest
  @CsvSource({
    "4096, 0, 16",
    "4096, 10, 16",
    "4096, 100, 3",
    "4096, 1000, 1",
    "65536, 100, 12",
    "262144, 100, 16"
  })
  void aReadStepsOverFewBytesAndTheHashIndexTellsRestartPointsApart(
      int blockBytes, int valueBytes, int mostEntries) {
    try (DataBlockBuilder builder = new DataBlockBuilder(memory, INTERVAL, true);
        NativeBytes key = new NativeBytes(memory);
        NativeBytes value = new NativeBytes(memory).set(new byte[valueBytes])) {
      int entries = 0;
      while (builder.bytes() < blockBytes) {
        key.set("key%010d".formatted(entries++));
        builder.add(
            key.address(),
            key.length(),
            KeyHash.of(key.address(), key.length()),
            1,
            EntryKind.PUT,
            (byte) 0,
            0,
            value.address(),
            value.length());
      }
      int length = builder.finish();
      long tail = builder.address() + length - DataBlock.TAIL_BYTES;
      int restarts = Memory.getInt(tail);
      int buckets = Memory.getInt(tail + 4);
      assertThat(buckets).as("buckets").isEqualTo(entries * 3 + 1);
      assertThat(restarts).isLessThanOrEqualTo(DataBlock.COLLISION);
      assertThat(restarts * mostEntries).isGreaterThanOrEqualTo(entries - mostEntries);
    }
    assertThat(memory.allocated()).isZero();
  }
}
