package io.velocitydb.engine.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.WriteCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommitPipelineTest extends PipelineTest {
  /** How one write ended. */
  private final class Write implements WriteCompletion {
    private List<OperationResult> results = List.of();
    private EngineException failure;
    private int ended;
    private long visibleThen;

    @Override
    public void completed(List<OperationResult> results) {
      this.results = results;
      ended++;
      visibleThen = environment.visible;
    }

    @Override
    public void failed(EngineException failure) {
      this.failure = failure;
      ended++;
    }

    long version() {
      assertThat(ended).isEqualTo(1);
      assertThat(failure).isNull();
      return results.getFirst().version();
    }

    boolean waits() {
      return ended == 0;
    }

    void assertFailed(Kind kind, Outcome outcome) {
      assertThat(ended).isEqualTo(1);
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure.outcome()).isEqualTo(outcome);
    }
  }

  private Write submit(Batch batch, Durability durability) {
    Write write = new Write();
    pipeline.submit(batch, durability, write);
    return write;
  }

  private Write put(String key, Durability durability) {
    Batch batch = batch();
    batch.put(key.getBytes(UTF_8), "v".getBytes(UTF_8));
    return submit(batch, durability);
  }

  @Test
  void aWriteThatNeedsNoSyncIsDoneWhenSubmitReturns() {
    Write write = put("a", Durability.OS);
    assertThat(write.version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(write.visibleThen).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(environment.wal.groups).containsExactly("101:a");
    assertThat(environment.wal.syncs).isZero();
    assertThat(background.step()).as("nothing was handed to another thread").isFalse();
  }

  @Test
  void aWriteWithDurabilityAlwaysIsVisibleAndDoneOnlyAfterTheSync() {
    Write write = put("a", Durability.ALWAYS);
    assertThat(write.waits()).isTrue();
    assertThat(environment.visible).isZero();
    background.runAll();
    assertThat(write.version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(write.visibleThen).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void writesThatArriveBeforeTheSyncShareIt() {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      writes.add(put("k" + i, Durability.ALWAYS));
    }
    assertThat(environment.wal.groups).as("applied while the sync is due").hasSize(10);
    background.runAll();
    for (int i = 0; i < 10; i++) {
      assertThat(writes.get(i).version()).isEqualTo(LAST_SEQUENCE + 1 + i);
    }
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void aWeakWriteBehindAStrongOneWaitsForItsSync() {
    Write strong = put("a", Durability.ALWAYS);
    Write weak = put("b", Durability.OS);
    assertThat(strong.waits()).isTrue();
    assertThat(weak.waits()).isTrue();
    background.runAll();
    assertThat(strong.version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(weak.version()).isEqualTo(LAST_SEQUENCE + 2);
    assertThat(environment.visible).isEqualTo(LAST_SEQUENCE + 2);
  }

  @Test
  void aFailedSyncLeavesEveryPendingOutcomeUnknownAndNothingIsWrittenAnyMore() {
    put("before", Durability.OS);
    environment.wal.failSyncs = true;
    Write strong = put("a", Durability.ALWAYS);
    Write weak = put("b", Durability.OS);
    background.runAll();
    strong.assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
    weak.assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
    assertThat(environment.visible).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(environment.poisons).isNotEmpty();
    environment.wal.failSyncs = false;
    put("later", Durability.OS).assertFailed(Kind.READ_ONLY, Outcome.NOT_APPLIED);
    pipeline.sync();
    background.runAll();
    assertThat(environment.wal.syncs).as("a failed sync is not retried").isEqualTo(1);
  }

  @Test
  void aFailedWriteLeavesItsOutcomeUnknownAndNothingIsWrittenAnyMore() {
    environment.wal.failWrites = true;
    put("a", Durability.OS).assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
    environment.wal.failWrites = false;
    put("b", Durability.OS).assertFailed(Kind.READ_ONLY, Outcome.NOT_APPLIED);
    assertThat(environment.visible).isZero();
    assertThat(environment.wal.groups).isEmpty();
  }

  @Test
  void whatWaitedWhenTheLogFailedIsRefused() {
    environment.admits = false;
    Write waiting = put("a", Durability.OS);
    pipeline.fail("the disk left", new java.io.IOException("gone"));
    waiting.assertFailed(Kind.READ_ONLY, Outcome.NOT_APPLIED);
  }

  @Test
  void whatIsHeldBackWhenASyncFailsIsRefused() {
    environment.wal.failSyncs = true;
    Write strong = put("a", Durability.ALWAYS);
    environment.admits = false;
    Write waiting = put("b", Durability.OS);
    assertThat(waiting.waits()).isTrue();
    background.runAll();
    strong.assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
    waiting.assertFailed(Kind.READ_ONLY, Outcome.NOT_APPLIED);
  }

  private void assertEveryEndIsKnown(Write... writes) {
    background.runAll();
    for (Write write : writes) {
      assertThat(write.ended).isEqualTo(1);
    }
    put("later", Durability.OS).assertFailed(Kind.READ_ONLY, Outcome.NOT_APPLIED);
    List<String> ended = new ArrayList<>();
    Write control = new Write();
    pipeline.submitControl(memory, () -> ended.add("action"), Durability.OS, control);
    background.runAll();
    assertThat(ended).containsExactly("action");
    assertThat(control.ended).isEqualTo(1);
    assertThat(environment.poisons).hasSize(1);
  }

  private static void fail() {
    throw new OutOfMemoryError("injected");
  }

  @Test
  void anErrorAtTheEndOfATurnEndsWritingAndLeavesNobodyWaiting() {
    environment.whenTurnEnds = CommitPipelineTest::fail;
    Write applied = put("a", Durability.OS);
    Write strong = put("b", Durability.ALWAYS);
    assertEveryEndIsKnown(applied, strong);
    assertThat(applied.version()).isEqualTo(LAST_SEQUENCE + 1);
  }

  @Test
  void anErrorAtTheBeginningOfATurnEndsWritingAndLeavesNobodyWaiting() {
    environment.whenTurnBegins = CommitPipelineTest::fail;
    Write write = put("a", Durability.ALWAYS);
    assertEveryEndIsKnown(write);
    write.assertFailed(Kind.READ_ONLY, Outcome.NOT_APPLIED);
  }

  @Test
  void anErrorOfASyncIsAFailedSync() {
    Write strong = put("a", Durability.ALWAYS);
    Write weak = put("b", Durability.OS);
    environment.wal.whenSyncing = CommitPipelineTest::fail;
    assertEveryEndIsKnown(strong, weak);
    strong.assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
    weak.assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
    assertThat(environment.visible).isZero();
  }

  @Test
  void anErrorWhilePublishingLeavesTheOutcomeUnknown() {
    environment.whenPublishing = CommitPipelineTest::fail;
    Write write = put("a", Durability.OS);
    assertEveryEndIsKnown(write);
    write.assertFailed(Kind.STORAGE_ERROR, Outcome.UNKNOWN);
  }

  @Test
  void aCompletionThatThrowsHarmsNobodyElse() {
    WriteCompletion throwing =
        new WriteCompletion() {
          @Override
          public void completed(List<OperationResult> results) {
            throw new IllegalStateException("injected");
          }

          @Override
          public void failed(EngineException failure) {
            throw new OutOfMemoryError("injected");
          }
        };
    Batch applied = batch();
    applied.put("a".getBytes(UTF_8), "v".getBytes(UTF_8));
    pipeline.submit(applied, Durability.OS, throwing);
    environment.refusal = new EngineException(Kind.DISK_FULL, "full");
    Batch refused = batch();
    refused.put("b".getBytes(UTF_8), "v".getBytes(UTF_8));
    pipeline.submit(refused, Durability.OS, throwing);
    environment.refusal = null;
    assertThat(put("c", Durability.OS).version()).isEqualTo(LAST_SEQUENCE + 2);
    assertThat(environment.poisons).isEmpty();
  }

  @Test
  void whereNoThreadCanBeHadTheWorkIsDoneHere() {
    background.close();
    assertThat(put("a", Durability.ALWAYS).version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void aRefusedWriteTakesNoSequence() {
    environment.refusal = new EngineException(Kind.DISK_FULL, "full");
    put("a", Durability.OS).assertFailed(Kind.DISK_FULL, Outcome.NOT_APPLIED);
    environment.refusal = null;
    assertThat(put("b", Durability.OS).version()).isEqualTo(LAST_SEQUENCE + 1);
  }

  @Test
  void aFailedConditionTakesASequenceAndAllOperationsOfItsBatchDo() {
    put("a", Durability.OS);
    Batch batch = batch();
    batch.put("x".getBytes(UTF_8), "1".getBytes(UTF_8));
    batch.put(
        "a".getBytes(UTF_8),
        "2".getBytes(UTF_8),
        (byte) 0,
        Expiry.NONE,
        Condition.IF_ABSENT,
        false);
    submit(batch, Durability.OS).assertFailed(Kind.CONDITION_FAILED, Outcome.NOT_APPLIED);
    assertThat(environment.applied).doesNotContainKey("x");
    assertThat(put("b", Durability.OS).version()).isEqualTo(LAST_SEQUENCE + 4);
  }

  @Test
  void aConditionIsToldOnlyWhenWhatItSawIsVisible() {
    Write strong = put("a", Durability.ALWAYS);
    Batch batch = batch();
    batch.put(
        "a".getBytes(UTF_8),
        "2".getBytes(UTF_8),
        (byte) 0,
        Expiry.NONE,
        Condition.IF_ABSENT,
        false);
    Write conditional = submit(batch, Durability.OS);
    assertThat(conditional.waits()).isTrue();
    background.runAll();
    assertThat(strong.version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(conditional.results.getFirst().applied()).isFalse();
    assertThat(conditional.results.getFirst().version()).isEqualTo(LAST_SEQUENCE + 1);
  }

  @Test
  void whatMustBeReadFromAFileKeepsItsPlaceInTheQueue() {
    environment.cold.add("cold");
    Batch batch = batch();
    batch.increment("cold".getBytes(UTF_8), 5, 0, Expiry.NONE);
    Write cold = submit(batch, Durability.OS);
    Write behind = put("cold", Durability.OS);
    assertThat(cold.waits()).isTrue();
    assertThat(behind.waits()).isTrue();
    assertThat(environment.reading).hasSize(1);
    environment.finishReading();
    pipeline.resume();
    assertThat(cold.results.getFirst().number()).isEqualTo(5);
    assertThat(cold.version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(behind.version()).isEqualTo(LAST_SEQUENCE + 2);
  }

  @Test
  void aFileThatCannotBeReadRefusesTheWriteThatNeedsIt() {
    environment.cold.add("cold");
    Batch batch = batch();
    batch.increment("cold".getBytes(UTF_8), 5, 0, Expiry.NONE);
    Write cold = submit(batch, Durability.OS);
    Write behind = put("b", Durability.OS);
    environment.reading.removeFirst().readFailed(new EngineException(Kind.CORRUPTION, "damaged"));
    pipeline.resume();
    cold.assertFailed(Kind.CORRUPTION, Outcome.NOT_APPLIED);
    assertThat(behind.version()).isEqualTo(LAST_SEQUENCE + 1);
  }

  @Test
  void whatIsHeldBackGoesOnInOrderWhenResumed() {
    environment.admits = false;
    Write first = put("a", Durability.OS);
    Write second = put("b", Durability.OS);
    assertThat(first.waits()).isTrue();
    environment.admits = true;
    pipeline.resume();
    assertThat(first.version()).isLessThan(second.version());
    assertThat(environment.wal.groups).as("one group").containsExactly("101:a 102:b");
  }

  @Test
  void moreThanMayWaitIsRefusedAndTakenAgainLater() {
    environment.admits = false;
    List<Write> waiting = new ArrayList<>();
    Write refused = null;
    while (refused == null && waiting.size() < 10_000) {
      Write write = put("k".repeat(100), Durability.OS);
      if (write.waits()) {
        waiting.add(write);
      } else {
        refused = write;
      }
    }
    refused.assertFailed(Kind.OVERLOADED, Outcome.NOT_APPLIED);
    assertThat(waiting).hasSizeBetween(50, 100);
    environment.admits = true;
    pipeline.resume();
    background.runAll();
    assertThat(waiting).allSatisfy(write -> assertThat(write.version()).isPositive());
    assertThat(put("again", Durability.OS).version()).isPositive();
  }

  @Test
  void aBatchLargerThanTheLimitIsTakenAlone() {
    Batch batch = batch();
    batch.put("k".getBytes(UTF_8), new byte[50_000]);
    assertThat(submit(batch, Durability.OS).version()).isPositive();
  }

  @Test
  void aSubmitterAppliesABoundedTurnAndHandsTheRestOver() {
    environment.admits = false;
    List<Write> writes = new ArrayList<>();
    CommitPipeline large =
        new CommitPipeline(environment, background, clock, memory, LAST_SEQUENCE, 1L << 30);
    for (int i = 0; i < 3 * CommitPipeline.GROUP_REQUESTS * CommitPipeline.TURN_GROUPS; i++) {
      Batch batch = batch();
      batch.put(("k" + i).getBytes(UTF_8), new byte[1]);
      Write write = new Write();
      large.submit(batch, Durability.OS, write);
      writes.add(write);
    }
    environment.admits = true;
    environment.turns = 0;
    large.resume();
    assertThat(environment.turns).isEqualTo(1);
    assertThat(writes.getLast().waits()).isTrue();
    background.runAll();
    assertThat(environment.turns).isGreaterThanOrEqualTo(3);
    assertThat(writes).allSatisfy(write -> assertThat(write.ended).isEqualTo(1));
    large.close();
  }

  @Test
  void aSubmitterIsNotKeptByWritesThatFollowEachOtherOneByOne() {
    int all = 3 * CommitPipeline.SUBMITTER_TURNS;
    Batch batch = batch();
    batch.put("a".getBytes(UTF_8), new byte[1]);
    AtomicInteger written = new AtomicInteger();
    pipeline.submit(
        batch,
        Durability.OS,
        new WriteCompletion() {
          @Override
          public void completed(List<OperationResult> results) {
            if (written.incrementAndGet() < all) {
              pipeline.submit(batch, Durability.OS, this);
            }
          }

          @Override
          public void failed(EngineException failure) {
            throw failure;
          }
        });
    assertThat(written.get()).isEqualTo(CommitPipeline.SUBMITTER_TURNS);
    background.runAll();
    assertThat(written.get()).isEqualTo(all);
  }

  @Test
  void aControlRunsBetweenTheWritesAroundIt() {
    environment.admits = false;
    put("a", Durability.OS);
    List<List<String>> groupsThen = new ArrayList<>();
    Write control = new Write();
    pipeline.submitControl(
        memory, () -> groupsThen.add(List.copyOf(environment.wal.groups)), Durability.OS, control);
    put("b", Durability.OS);
    environment.admits = true;
    pipeline.resume();
    assertThat(groupsThen).containsExactly(List.of("101:a"));
    assertThat(control.ended).isEqualTo(1);
    assertThat(environment.wal.groups).containsExactly("101:a", "102:b");
  }

  @Test
  void aCompletionMaySubmitAgain() {
    List<Write> inner = new ArrayList<>();
    Batch batch = batch();
    batch.put("a".getBytes(UTF_8), new byte[1]);
    pipeline.submit(
        batch,
        Durability.OS,
        new WriteCompletion() {
          @Override
          public void completed(List<OperationResult> results) {
            inner.add(put("b", Durability.OS));
          }

          @Override
          public void failed(EngineException failure) {
            throw failure;
          }
        });
    assertThat(inner.getFirst().version()).isEqualTo(LAST_SEQUENCE + 2);
  }

  @Test
  void aBatchThatIsUnderWayIsNotTakenTwice() {
    Batch batch = batch();
    batch.put("a".getBytes(UTF_8), new byte[1]);
    Write write = submit(batch, Durability.ALWAYS);
    assertThatThrownBy(() -> submit(batch, Durability.ALWAYS))
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT));
    background.runAll();
    assertThat(write.version()).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(submit(batch, Durability.OS).version()).isEqualTo(LAST_SEQUENCE + 2);
  }

  @Test
  void aCompletionMaySubmitItsOwnBatchAgainThoughOthersFollowInItsGroup() {
    environment.admits = false;
    List<Write> again = new ArrayList<>();
    Batch batch = batch();
    batch.put("a".getBytes(UTF_8), new byte[1]);
    pipeline.submit(
        batch,
        Durability.OS,
        new WriteCompletion() {
          @Override
          public void completed(List<OperationResult> results) {
            again.add(submit(batch, Durability.OS));
          }

          @Override
          public void failed(EngineException failure) {
            throw failure;
          }
        });
    Write second = put("b", Durability.OS);
    Write third = put("c", Durability.OS);
    environment.admits = true;
    pipeline.resume();
    assertThat(environment.wal.groups).containsExactly("101:a 102:b 103:c", "104:a");
    assertThat(second.version()).isEqualTo(LAST_SEQUENCE + 2);
    assertThat(third.version()).isEqualTo(LAST_SEQUENCE + 3);
    assertThat(again.getFirst().version()).isEqualTo(LAST_SEQUENCE + 4);
  }

  @Test
  void plainSetsTellTheirVersionsWithAndWithoutAList() {
    Batch batch = batch();
    for (int i = 0; i < 3; i++) {
      batch.put(("k" + i).getBytes(UTF_8), new byte[1]);
    }
    assertThat(submit(batch, Durability.OS).results)
        .extracting(OperationResult::version)
        .containsExactly(LAST_SEQUENCE + 1, LAST_SEQUENCE + 2, LAST_SEQUENCE + 3);
    List<Long> told = new ArrayList<>();
    pipeline.submit(
        batch,
        Durability.OS,
        new PlainCompletion() {
          @Override
          public void written(long lastVersion) {
            told.add(lastVersion);
          }

          @Override
          public void completed(List<OperationResult> results) {
            throw new AssertionError("a list was made");
          }

          @Override
          public void failed(EngineException failure) {
            throw failure;
          }
        });
    assertThat(told).containsExactly(LAST_SEQUENCE + 6);
  }

  @Test
  void plainSetsBeforeAndBehindAnotherOperationHaveTheirResults() {
    Batch batch = batch();
    batch.put("a".getBytes(UTF_8), new byte[1]);
    batch.put("b".getBytes(UTF_8), new byte[1]);
    batch.delete("a".getBytes(UTF_8));
    batch.put("c".getBytes(UTF_8), new byte[1]);
    assertThat(submit(batch, Durability.OS).results)
        .extracting(OperationResult::version)
        .containsExactly(LAST_SEQUENCE + 1, LAST_SEQUENCE + 2, 0L, LAST_SEQUENCE + 4);
  }
}
