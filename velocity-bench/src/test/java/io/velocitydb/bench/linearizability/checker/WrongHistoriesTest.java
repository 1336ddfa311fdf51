package io.velocitydb.bench.linearizability.checker;

import static io.velocitydb.bench.linearizability.checker.Story.absent;
import static io.velocitydb.bench.linearizability.checker.Story.applied;
import static io.velocitydb.bench.linearizability.checker.Story.batch;
import static io.velocitydb.bench.linearizability.checker.Story.batchApplied;
import static io.velocitydb.bench.linearizability.checker.Story.counted;
import static io.velocitydb.bench.linearizability.checker.Story.delete;
import static io.velocitydb.bench.linearizability.checker.Story.deleted;
import static io.velocitydb.bench.linearizability.checker.Story.failed;
import static io.velocitydb.bench.linearizability.checker.Story.found;
import static io.velocitydb.bench.linearizability.checker.Story.get;
import static io.velocitydb.bench.linearizability.checker.Story.getAll;
import static io.velocitydb.bench.linearizability.checker.Story.ifAbsent;
import static io.velocitydb.bench.linearizability.checker.Story.ifPresent;
import static io.velocitydb.bench.linearizability.checker.Story.ifVersion;
import static io.velocitydb.bench.linearizability.checker.Story.incr;
import static io.velocitydb.bench.linearizability.checker.Story.notApplied;
import static io.velocitydb.bench.linearizability.checker.Story.set;
import static io.velocitydb.bench.linearizability.checker.Story.setUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.bench.linearizability.history.Operation;
import io.velocitydb.bench.linearizability.history.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Histories that no linearizable database produces. Each is one answer away from a right one, which
 * is accepted: so the checker refuses it for that answer and for nothing else.
 */
final class WrongHistoriesTest {
  /** Without its last operation the story is right, with it wrong, and the report names it. */
  private static void assertOnlyTheLastAnswerIsWrong(Story story) {
    List<Operation> all = story.operations();
    assertThat(new Checker(Checker.DEFAULT_WORK).check(all.subList(0, all.size() - 1)))
        .isInstanceOf(Verdict.Linearizable.class);
    assertThat(story.verdict())
        .isInstanceOfSatisfying(
            Verdict.Violation.class,
            violation -> assertThat(violation.report()).contains("] " + all.getLast()));
  }

  @Test
  void aReadOfAValueThatWasReplacedBeforeItBegan() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 3, set("k", "b"), applied(2))
            .then(2, 4, 5, get("k"), found("a", 1)));
  }

  @Test
  void aLostAcknowledgedWrite() {
    assertOnlyTheLastAnswerIsWrong(
        new Story().then(1, 0, 1, set("k", "a"), applied(1)).then(2, 2, 3, get("k"), absent()));
  }

  @Test
  void aReadOfAValueThatNobodyWrote() {
    Story story =
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(2, 0, 5, get("k"), found("ghost", 9));
    assertOnlyTheLastAnswerIsWrong(story);
    assertThat(story.verdict().toString()).contains("nobody wrote \"ghost\" to k");
  }

  @Test
  void anIncrThatWasAppliedTwice() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, incr("n", 5), counted(5, 1))
            .unanswered(1, 2, incr("n", 1))
            .then(2, 4, 5, get("n"), found("7", 3)));
  }

  @Test
  void twoIncrsThatAreToldTheSameNumber() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 9, incr("n", 1), counted(1, 1))
            .then(2, 0, 9, incr("n", 1), counted(1, 2)));
  }

  @Test
  void aCompareAndSetThatSucceededOnAnOldVersion() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 3, set("k", "b"), applied(2))
            .then(2, 4, 5, set("k", "c", ifVersion(1)), applied(3)));
  }

  @Test
  void twoCompareAndSetsThatBothWinAgainstTheSameVersion() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 9, set("k", "b", ifVersion(1)), applied(2))
            .then(2, 2, 9, set("k", "c", ifVersion(1)), applied(3)));
  }

  @Test
  void twoWhoBothSetAKeyThatWasAbsent() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 9, set("lock", "a", ifAbsent()), applied(1))
            .then(2, 0, 9, set("lock", "b", ifAbsent()), applied(2)));
  }

  @Test
  void aSetIfPresentThatMetNothing() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 3, delete("k"), deleted(true))
            .then(2, 4, 5, set("k", "b", ifPresent()), applied(3)));
  }

  @Test
  void aConditionThatWasSaidNotToHoldAlthoughItDid() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(2, 2, 3, set("k", "b", ifVersion(1)), notApplied(7)));
  }

  @Test
  void halfOfABatchIsVisible() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, batch(set("x", "x1"), set("y", "y1")), batchApplied(1L, 2L))
            .then(1, 2, 20, batch(set("x", "x2"), set("y", "y2")), batchApplied(3L, 4L))
            .then(2, 3, 4, get("x"), found("x2", 3))
            .then(2, 5, 6, get("y"), found("y1", 2)));
  }

  @Test
  void oneReadOfSeveralKeysSeesHalfOfABatch() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, batch(set("x", "x1"), set("y", "y1")), batchApplied(1L, 2L))
            .then(1, 2, 9, batch(set("x", "x2"), set("y", "y2")), batchApplied(3L, 4L))
            .then(
                2,
                2,
                9,
                getAll("x", "y"),
                new Outcome.FoundAll(List.of(found("x1", 1), found("y2", 4)))));
  }

  @Test
  void halfOfABatchSurvivesACrash() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .unanswered(1, 0, batch(set("x", "x1"), set("y", "y1")))
            .then(2, 10, 11, get("x"), found("x1", 1))
            .then(2, 12, 13, get("y"), absent()));
  }

  @Test
  void aBatchThatWasRefusedLeftATrace() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("y", "y1"), applied(1))
            .then(
                1,
                2,
                3,
                batch(set("x", "x2"), set("y", "y2", ifAbsent())),
                new Outcome.BatchRefused(1, 1))
            .then(2, 4, 5, get("x"), found("x2", 2)));
  }

  @Test
  void aValueIsBackAfterItsDelete() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 3, delete("k"), deleted(true))
            .then(2, 4, 5, get("k"), absent())
            .then(2, 6, 7, get("k"), found("a", 1)));
  }

  @Test
  void aWriteThatWasSaidNotToBeAppliedIsSeen() {
    assertOnlyTheLastAnswerIsWrong(
        new Story().then(1, 0, 1, set("k", "a"), failed()).then(2, 2, 3, get("k"), found("a", 1)));
  }

  @Test
  void aWriteWhoseConditionDidNotHoldIsSeen() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 3, set("k", "b", ifAbsent()), notApplied(1))
            .then(2, 4, 5, get("k"), found("b", 2)));
  }

  @Test
  void whatWasReadBeforeACrashIsGoneAfterIt() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .unanswered(1, 0, set("k", "a"))
            .then(2, 1, 2, get("k"), found("a", 1))
            // Here the server died and came back.
            .then(2, 10, 11, get("k"), absent()));
  }

  @Test
  void aWriteWithoutAnAnswerIsSeenThenGoneThenSeenAgain() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .unanswered(2, 2, set("k", "b"))
            .then(1, 3, 4, get("k"), found("b", 2))
            .then(1, 5, 6, set("k", "c"), applied(3))
            .then(1, 7, 8, get("k"), found("b", 2)));
  }

  @Test
  void anExpiredEntryIsSeen() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, setUntil("k", "a", 100), applied(1))
            .then(2, 98, 102, get("k"), found("a", 1))
            .then(2, 103, 104, get("k"), found("a", 1)));
  }

  @Test
  void anEntryThatExpiredForOneReaderIsThereForTheNext() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, setUntil("k", "a", 100), applied(1))
            .then(2, 2, 3, 99, 101, get("k"), absent())
            .then(3, 4, 5, 99, 101, incr("k", 1), new Outcome.NotAnInteger()));
  }

  @Test
  void anEntryIsGoneBeforeItsTime() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, setUntil("k", "a", 100), applied(1))
            .then(2, 97, 99, get("k"), absent()));
  }

  @Test
  void aVersionIsUsedTwice() {
    Story story =
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(1, 2, 3, delete("k"), deleted(true))
            .then(2, 4, 5, set("k", "b"), applied(1));
    assertOnlyTheLastAnswerIsWrong(story);
    assertThat(story.verdict().toString()).contains("a version was used for two writes");
  }

  @Test
  void aDeleteThatMissedWhatWasThere() {
    assertOnlyTheLastAnswerIsWrong(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .then(2, 2, 3, delete("k"), deleted(false)));
  }
}
