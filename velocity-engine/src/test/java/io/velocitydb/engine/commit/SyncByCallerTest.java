package io.velocitydb.engine.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.WriteCompletion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A caller who waits syncs the log itself where nobody else is at it. What happens meanwhile on
 * other threads is done here from within the sync.
 */
class SyncByCallerTest extends PipelineTest {
  private final List<String> told = new ArrayList<>();

  /** How a write of an event loop ended. */
  private class Write implements WriteCompletion {
    final String key;
    EngineException failure;
    boolean ended;

    Write(String key) {
      this.key = key;
    }

    @Override
    public void completed(List<OperationResult> results) {
      told.add(key);
      assertThat(environment.visible).isGreaterThanOrEqualTo(results.getFirst().version());
      ended = true;
    }

    @Override
    public void failed(EngineException reason) {
      failure = reason;
      ended = true;
    }

    void assertUnknown() {
      assertThat(failure.kind()).isEqualTo(Kind.STORAGE_ERROR);
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    }
  }

  /** As above, of a caller who waits. */
  private final class Awaited extends Write implements AwaitedCompletion {
    Awaited(String key) {
      super(key);
    }

    @Override
    public boolean isEnded() {
      return ended;
    }
  }

  private <T extends Write> T put(T write, Durability durability) {
    Batch batch = batch();
    batch.put(write.key.getBytes(UTF_8), "v".getBytes(UTF_8));
    pipeline.submit(batch, durability, write);
    return write;
  }

  private Awaited await(String key) {
    return put(new Awaited(key), Durability.ALWAYS);
  }

  private boolean nothingIsLeftToDo() {
    return !background.step();
  }

  @Test
  void aCallerWhoWaitsSyncsHere() {
    long[] visibleThen = {-1};
    environment.wal.whenSyncing = () -> visibleThen[0] = environment.visible;
    assertThat(await("a").ended).isTrue();
    assertThat(visibleThen[0]).as("invisible until it is synced").isZero();
    assertThat(environment.visible).isEqualTo(LAST_SEQUENCE + 1);
    assertThat(environment.wal.syncs).isEqualTo(1);
    assertThat(nothingIsLeftToDo()).isTrue();
    assertThat(await("b").ended).as("and again").isTrue();
    assertThat(environment.wal.syncs).isEqualTo(2);
  }

  @Test
  void whatComesDuringTheSyncIsLeftToALogThread() {
    Write[] others = new Write[3];
    environment.wal.whenSyncing =
        () -> {
          environment.wal.whenSyncing = () -> {};
          others[0] = put(new Write("b"), Durability.ALWAYS);
          others[1] = await("c");
          others[2] = put(new Write("d"), Durability.OS);
        };
    assertThat(await("a").ended).isTrue();
    assertThat(environment.wal.syncs).as("the caller syncs once").isEqualTo(1);
    // The fake log syncs up to its end: what it says of b and c is true by then.
    background.runAll();
    assertThat(others).allSatisfy(each -> assertThat(each.ended).isTrue());
    assertThat(told).containsExactly("a", "b", "c", "d");
    assertThat(await("e").ended).as("then callers lead again").isTrue();
    assertThat(nothingIsLeftToDo()).isTrue();
  }

  @Test
  void whoComesWhileALogThreadIsToSyncWaitsForIt() {
    Write first = put(new Write("a"), Durability.ALWAYS);
    Awaited second = await("b");
    assertThat(first.ended).isFalse();
    assertThat(second.ended).isFalse();
    assertThat(environment.wal.syncs).isZero();
    background.runAll();
    assertThat(told).containsExactly("a", "b");
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void aFailedSyncTellsEverybodyAndIsNotTriedAgain() {
    Write[] other = new Write[1];
    environment.wal.failSyncs = true;
    environment.wal.whenSyncing = () -> other[0] = put(new Write("b"), Durability.OS);
    Awaited own = await("a");
    own.assertUnknown();
    other[0].assertUnknown();
    background.runAll();
    assertThat(environment.visible).isZero();
    assertThat(environment.poisons).hasSize(1);
    environment.wal.failSyncs = false;
    assertThat(await("later").failure.kind()).isEqualTo(Kind.READ_ONLY);
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void anErrorOfTheSyncTellsEverybody() {
    Write[] other = new Write[1];
    environment.wal.whenSyncing =
        () -> {
          other[0] = put(new Write("b"), Durability.ALWAYS);
          throw new OutOfMemoryError("injected");
        };
    await("a").assertUnknown();
    other[0].assertUnknown();
    background.runAll();
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void anErrorAtTheEndOfTheTurnLeavesNoSyncBehind() {
    environment.whenTurnEnds =
        () -> {
          throw new OutOfMemoryError("injected");
        };
    await("a").assertUnknown();
    assertThat(environment.wal.syncs).as("nothing is synced after an error").isZero();
    pipeline.sync();
    assertThat(nothingIsLeftToDo()).as("the next who asks has a thread").isFalse();
  }

  @Test
  void aCallerWhoseWriteHasEndedLeavesTheSyncOfOthers() {
    environment.admits = false;
    Write strong = put(new Write("a"), Durability.ALWAYS);
    environment.admits = true;
    // Its own write is refused in the turn that applies the one before it.
    environment.refusesFrom = LAST_SEQUENCE + 2;
    Awaited refused = await("b");
    assertThat(refused.failure.kind()).isEqualTo(Kind.DISK_FULL);
    assertThat(strong.ended).isFalse();
    assertThat(environment.wal.syncs).isZero();
    background.runAll();
    assertThat(strong.ended).isTrue();
  }

  @Test
  void wherePlatformThreadsOfCallersMustNotALogThreadSyncs() {
    environment.callersSync = false;
    Awaited write = await("a");
    assertThat(write.ended).isFalse();
    background.runAll();
    assertThat(write.ended).isTrue();
    assertThat(environment.wal.syncs).isEqualTo(1);
  }

  @Test
  void aVirtualThreadHandsTheSyncOver() throws InterruptedException {
    Awaited write = new Awaited("a");
    Thread thread = Thread.ofVirtual().start(() -> put(write, Durability.ALWAYS));
    thread.join();
    assertThat(write.ended).isFalse();
    assertThat(environment.wal.syncs).isZero();
    background.runAll();
    assertThat(write.ended).isTrue();
  }

  @Test
  void anInterruptLosesNothingAndIsKept() {
    Thread.currentThread().interrupt();
    Awaited write = await("a");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(write.ended).isTrue();
    assertThat(write.failure).isNull();
  }

  @Test
  void whereNoThreadCanBeHadForTheRestTheCallerDoesItAll() {
    Write[] other = new Write[1];
    environment.wal.whenSyncing =
        () -> {
          if (other[0] == null) {
            other[0] = put(new Write("b"), Durability.ALWAYS);
          }
        };
    background.close();
    assertThat(await("a").ended).isTrue();
    assertThat(other[0].ended).isTrue();
  }
}
