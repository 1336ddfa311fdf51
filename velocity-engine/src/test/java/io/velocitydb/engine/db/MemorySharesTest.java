package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.commit.Batch;
import io.velocitydb.engine.commit.BatchRoom;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may have how much of the memory limit, and when. */
class MemorySharesTest {
  private static final long LIMIT = 64L << 20;
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withMemoryLimit(LIMIT).withAdaptiveCache(true);

  private final NativeMemory memory = new NativeMemory();

  /** What blocks may have when a large batch asks them to yield. */
  private final List<Long> left = new ArrayList<>();

  private final BatchRoom batches = new BatchRoom(LIMIT / 4, this::yieldToBatches);
  private final MemoryShares shares = new MemoryShares(OPTIONS, memory, batches);

  private void yieldToBatches() {
    left.add(shares.blocks());
  }

  @Test
  void memtablesGetNothingBeforeBlocksHaveGivenItUp() {
    long most = shares.reserved();
    long step = shares.step();
    shares.shrinkMemtables(4 * step);
    assertThat(shares.memtables()).isEqualTo(most - 4 * step);
    assertThat(shares.memtable()).isEqualTo((most - 4 * step) / 6);
    long room = shares.blocks();
    long blocks = memory.allocate(room, MemoryTag.BLOCK_CACHE);
    shares.reserveForMemtables(4 * step);
    assertThat(shares.blocks()).as("blocks lose it at once").isEqualTo(room - 4 * step);
    long others = memory.allocate(LIMIT - room - most + step, MemoryTag.CURSOR);
    assertThat(shares.grant()).isFalse();
    assertThat(shares.memtables()).isEqualTo(most - 4 * step);
    memory.free(blocks, room, MemoryTag.BLOCK_CACHE);
    assertThat(shares.grant()).isTrue();
    assertThat(shares.memtables()).isEqualTo(most);
    memory.free(others, LIMIT - room - most + step, MemoryTag.CURSOR);
  }

  @Test
  void blocksGetNothingBeforeMemtablesHaveGivenItUp() {
    long room = shares.blocks();
    long most = shares.reserved();
    long memtables = memory.allocate(most, MemoryTag.MEMTABLE);
    shares.shrinkMemtables(4 * shares.step());
    assertThat(shares.blocks()).isEqualTo(room);
    memory.free(memtables, most, MemoryTag.MEMTABLE);
    assertThat(shares.blocks()).isEqualTo(room + 4 * shares.step());
    shares.shrinkMemtables(LIMIT);
    assertThat(shares.reserved()).isEqualTo(shares.leastReserved()).isPositive();
  }

  @Test
  void blocksYieldToALargeBatchBeforeItIsAllocated() {
    long memtables = memory.allocate(shares.reserved(), MemoryTag.MEMTABLE);
    try (Batch batch = new Batch(memory, batches)) {
      batch.put("k".getBytes(UTF_8), new byte[(int) (LIMIT / 8)]);
      assertThat(left).hasSize(1);
      assertThat(left.getFirst()).isCloseTo(shares.blocks(), within(LIMIT / 1_000));
    }
    assertThat(shares.blocks()).isGreaterThan(left.getFirst() + LIMIT / 5);
    memory.free(memtables, shares.reserved(), MemoryTag.MEMTABLE);
  }
}
