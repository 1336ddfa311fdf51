package io.velocitydb.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
  private final NativeMemory memory = new NativeMemory();

  @ParameterizedTest
  @ValueSource(longs = {1, 4096, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, (4 << 20) + 8, 33 << 20})
  void everyByteOfAPieceIsThereUntilItIsFreed(long size) {
    long plain = memory.allocate(size, MemoryTag.MEMTABLE);
    long zeroed = memory.allocateZeroed(size, MemoryTag.CURSOR);
    Random random = new Random(size);
    for (long at = 0; at < size; at += 1 + random.nextInt(4096)) {
      Memory.putByte(plain + at, (byte) at);
      assertThat(Memory.getByte(zeroed + at)).isZero();
    }
    Memory.putByte(plain + size - 1, (byte) 7);
    assertThat(Memory.getByte(plain + size - 1)).isEqualTo((byte) 7);
    assertThat(Memory.getByte(zeroed + size - 1)).isZero();
    assertThat(memory.allocated(MemoryTag.MEMTABLE)).isEqualTo(size);
    assertThat(memory.allocated()).isEqualTo(2 * size);
    memory.free(plain, size, MemoryTag.MEMTABLE);
    memory.free(zeroed, size, MemoryTag.CURSOR);
    assertThat(memory.allocated()).isZero();
  }

  @Test
  void whatDoesNotFitIsRefusedAndNotAccounted() {
    long tooMuch = 1L << 46;
    assertThatThrownBy(() -> memory.allocate(tooMuch, MemoryTag.BLOCK))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("for BLOCK");
    assertThat(memory.allocated()).isZero();
  }
}
