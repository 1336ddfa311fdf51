package io.velocitydb.engine.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large batches share what an engine has for them. */
class BatchRoomTest {
  private static final int MIB = 1 << 20;
  private static final byte[] KEY = "k".getBytes(UTF_8);

  /** What batches had, and were about to have, when others were asked to yield. */
  private record Told(long allocated, long coming) {}

  private final NativeMemory memory = new NativeMemory();
  private final List<Told> told = new ArrayList<>();
  private final BatchRoom room = new BatchRoom(8 * MIB, this::yieldToBatches);
  private final List<Batch> batches = new ArrayList<>();

  private void yieldToBatches() {
    told.add(new Told(memory.allocated(MemoryTag.WRITE_BATCH), room.coming()));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(room.coming()).isZero();
    batches.forEach(Batch::close);
    assertThat(memory.allocated(MemoryTag.WRITE_BATCH)).isZero();
    assertThat(room.tryTake(1, 0)).isTrue();
    assertThat(room.tryTake(8 * MIB, 0)).as("everything was given back but for this").isFalse();
    assertThat(room.tryTake(8 * MIB - 1, 0)).isTrue();
  }

  private Batch batch() {
    Batch batch = new Batch(memory, room);
    batches.add(batch);
    return batch;
  }

  private static void demandRefused(Batch batch, int length) {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> batch.put(KEY, new byte[length]))
        .withMessageContaining("8388608 bytes")
        .withMessageContaining("try again later")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.OVERLOADED))
        .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
  }

  @Test
  void whatTheOthersLeaveIsTakenAndNoMore() {
    batch().put(KEY, new byte[3 * MIB]);
    batch().put(KEY, new byte[3 * MIB]);
    long before = memory.allocated();
    Batch third = batch();
    demandRefused(third, 3 * MIB);
    assertThat(memory.allocated()).as("a refusal costs nothing").isEqualTo(before);
    third.put(KEY, new byte[MIB]);
    assertThat(third.size()).isEqualTo(1);
  }

  @Test
  void aBatchThatIsAloneIsTakenWhateverItsSizeAlsoWhenItGrows() {
    Batch alone = batch();
    alone.put(KEY, new byte[20 * MIB]);
    alone.put(KEY, new byte[10 * MIB]);
    assertThat(alone.size()).isEqualTo(2);
    demandRefused(batch(), MIB);
  }

  @Test
  void aBatchThatIsClearedOrClosedGivesItsRoomBack() {
    Batch first = batch();
    Batch second = batch();
    for (int i = 0; i < 3; i++) {
      first.put(KEY, new byte[7 * MIB]);
      demandRefused(second, 7 * MIB);
      first.clear();
      second.put(KEY, new byte[7 * MIB]);
      demandRefused(first, 7 * MIB);
      second.close();
    }
  }

  @Test
  void aRefusedOperationLeavesTheOthersOfItsBatch() {
    batch().put(KEY, new byte[6 * MIB]);
    Batch batch = batch();
    batch.put("before".getBytes(UTF_8), new byte[10]);
    demandRefused(batch, 5 * MIB);
    batch.put("after".getBytes(UTF_8), new byte[10]);
    assertThat(batch.size()).isEqualTo(2);
    assertThat(memory.allocated(MemoryTag.WRITE_BATCH)).isLessThan(6 * MIB + 1_000);
  }

  @Test
  void smallBatchesAskNobody() {
    batch().put(KEY, new byte[8 * MIB]);
    for (int i = 0; i < 100; i++) {
      Batch small = batch();
      small.put(KEY, new byte[30_000]);
      assertThat(small.size()).isEqualTo(1);
    }
  }

  @Test
  void whoMayYieldIsToldOnceMuchIsTakenBeforeItIsAllocated() {
    batch().put(KEY, new byte[MIB]);
    assertThat(told).isEmpty();
    long before = memory.allocated(MemoryTag.WRITE_BATCH);
    batch().put(KEY, new byte[2 * MIB]);
    long grown = memory.allocated(MemoryTag.WRITE_BATCH) - before;
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().allocated()).isEqualTo(before);
    assertThat(told.getFirst().coming()).isCloseTo(grown, withinPercentage(1));
  }
}
