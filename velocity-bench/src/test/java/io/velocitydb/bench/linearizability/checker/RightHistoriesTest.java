package io.velocitydb.bench.linearizability.checker;

import static io.velocitydb.bench.linearizability.checker.Story.absent;
import static io.velocitydb.bench.linearizability.checker.Story.applied;
import static io.velocitydb.bench.linearizability.checker.Story.batch;
import static io.velocitydb.bench.linearizability.checker.Story.counted;
import static io.velocitydb.bench.linearizability.checker.Story.delete;
import static io.velocitydb.bench.linearizability.checker.Story.deleted;
import static io.velocitydb.bench.linearizability.checker.Story.found;
import static io.velocitydb.bench.linearizability.checker.Story.get;
import static io.velocitydb.bench.linearizability.checker.Story.ifVersion;
import static io.velocitydb.bench.linearizability.checker.Story.incr;
import static io.velocitydb.bench.linearizability.checker.Story.notApplied;
import static io.velocitydb.bench.linearizability.checker.Story.set;
import static io.velocitydb.bench.linearizability.checker.Story.setUntil;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Histories that look strange and are right. */
final class RightHistoriesTest {
  private static void assertRight(Story story) {
    assertThat(story.verdict()).isEqualTo(new Verdict.Linearizable(story.operations().size(), 1));
  }

  @Test
  void anEmptyHistory() {
    assertThat(new Story().verdict()).isEqualTo(new Verdict.Linearizable(0, 0));
  }

  @Test
  void readersAtTheSameTimeAsAWriteSeeItOrNot() {
    assertRight(
        new Story()
            .then(1, 0, 9, set("k", "a"), applied(1))
            .then(2, 1, 8, get("k"), found("a", 1))
            .then(3, 1, 8, get("k"), absent()));
  }

  @Test
  void aWriteWithoutAnAnswerTakesEffectLongAfterwards() {
    assertRight(
        new Story()
            .unanswered(1, 0, set("k", "late"))
            .then(2, 10, 11, get("k"), absent())
            .then(2, 12, 13, set("k", "b"), applied(5))
            .then(2, 14, 15, get("k"), found("late", 6)));
  }

  @Test
  void aWriteWithoutAnAnswerNeverTakesEffect() {
    assertRight(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .unanswered(2, 2, delete("k"))
            .then(1, 3, 4, get("k"), found("a", 1)));
  }

  @Test
  void theVersionOfAWriteWithoutAnAnswerIsLearntFromARefusal() {
    assertRight(
        new Story()
            .then(1, 0, 1, set("k", "a"), applied(1))
            .unanswered(2, 2, set("k", "b"))
            .then(1, 3, 4, set("k", "c", ifVersion(1)), notApplied(2))
            .then(1, 5, 6, get("k"), found("b", 2))
            .then(1, 7, 8, set("k", "c", ifVersion(2)), applied(3)));
  }

  @Test
  void onlySomeOfTheIncrsWithoutAnAnswerTookEffect() {
    assertRight(
        new Story()
            .unanswered(1, 0, incr("n", 1))
            .unanswered(2, 0, incr("n", 1))
            .unanswered(3, 0, incr("n", 1))
            .unanswered(4, 0, incr("n", 10))
            .then(5, 5, 6, incr("n", 100), counted(112, 9)));
  }

  @Test
  void aBatchWithoutAnAnswerIsThereAsAWhole() {
    assertRight(
        new Story()
            .unanswered(1, 0, batch(set("x", "x1"), set("y", "y1"), incr("n", 1)))
            .then(2, 10, 11, get("x"), found("x1", 1))
            .then(2, 12, 13, get("y"), found("y1", 2))
            .then(2, 14, 15, get("n"), found("1", 3)));
  }

  @Test
  void anEntryMayBeMetOrNotWhileItExpires() {
    assertRight(
        new Story()
            .then(1, 0, 1, setUntil("k", "a", 100), applied(1))
            .then(2, 99, 100, get("k"), absent())
            .then(3, 99, 100, get("k"), found("a", 1))
            .then(2, 101, 102, delete("k"), deleted(false)));
  }

  @Test
  void anEntryThatExpiredBeforeTheServerTookTheWriteIsNotThere() {
    assertRight(
        new Story()
            .then(1, 0, 200, setUntil("k", "a", 100), applied(0))
            .then(2, 201, 202, get("k"), absent()));
  }

  @Test
  void anIncrKeepsTheExpiryOfItsEntry() {
    assertRight(
        new Story()
            .then(1, 0, 1, setUntil("n", "5", 100), applied(1))
            .then(1, 2, 3, incr("n", 1), counted(6, 2))
            .then(1, 100, 101, incr("n", 1), counted(1, 3)));
  }

  @Test
  void equalTimesCountAsTheSameTime() {
    assertRight(
        new Story().then(1, 0, 5, set("k", "a"), applied(1)).then(2, 5, 6, get("k"), absent()));
  }
}
