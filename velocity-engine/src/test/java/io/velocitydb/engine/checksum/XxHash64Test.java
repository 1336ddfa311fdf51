package io.velocitydb.engine.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.Random;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;

class XxHash64Test {
  @Test
  void agreesWithAnotherImplementationAtEveryLengthAndAlignment() {
    NativeMemory memory = new NativeMemory();
    long address = memory.allocate(1024 + 8, MemoryTag.BLOCK);
    Random random = new Random(7);
    byte[] bytes = new byte[1024];
    for (int length = 0; length <= bytes.length; length++) {
      random.nextBytes(bytes);
      long seed = random.nextLong();
      int shift = length % 8;
      Memory.copy(bytes, 0, address + shift, length);
      assertThat(XxHash64.hash(address + shift, length, seed))
          .isEqualTo(XXHashFactory.safeInstance().hash64().hash(bytes, 0, length, seed));
    }
    memory.free(address, 1024 + 8, MemoryTag.BLOCK);
    assertThat(memory.allocated()).isZero();
  }

  @Test
  void theEmptyInputHasTheValueOfTheSpecification() {
    assertThat(XxHash64.hash(0, 0, 0)).isEqualTo(0xEF46DB3751D8E999L);
  }
}
