package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory for large frames: given out whole, in turn, half to one user at most. */
final class LargeFrameBudgetTest {
  private final LargeFrameBudget budget = new LargeFrameBudget(100);
  private final List<String> granted = new ArrayList<>();

  private boolean reserve(String owner, String user, long bytes) {
    return budget.reserve(owner, user, bytes, () -> granted.add(owner));
  }

  @Test
  void oneUserHasAtMostHalf() {
    assertThat(reserve("a1", "a", 50)).isTrue();
    assertThat(reserve("a2", "a", 1)).isFalse();
    assertThat(budget.used()).isEqualTo(50);
  }

  @Test
  void whoWaitsIsServedInTurnWhenSomethingIsGivenBack() {
    assertThat(reserve("a", "a", 50)).isTrue();
    assertThat(reserve("b", "b", 50)).isTrue();
    assertThat(reserve("c", "c", 40)).isFalse();
    assertThat(reserve("d", "d", 10)).as("nobody overtakes").isFalse();

    budget.release("a", 50);

    assertThat(granted).containsExactly("c", "d");
    assertThat(budget.used()).isEqualTo(100);
  }

  @Test
  void oneUserAtItsHalfHoldsUpNobodyElse() {
    assertThat(reserve("a1", "a", 40)).isTrue();
    assertThat(reserve("a2", "a", 40)).isFalse();
    assertThat(reserve("b1", "b", 40)).isTrue();
    assertThat(reserve("c1", "c", 10)).isTrue();

    budget.release("a", 40);
    assertThat(granted).containsExactly("a2");
  }

  @Test
  void whoWaitsBehindOneThatGivesUpIsServed() {
    assertThat(reserve("a", "a", 50)).isTrue();
    assertThat(reserve("b", "b", 30)).isTrue();
    assertThat(reserve("c", "c", 30)).isFalse();
    assertThat(reserve("d", "d", 20)).as("nobody overtakes").isFalse();
    assertThat(budget.cancel("c")).isTrue();
    assertThat(granted).containsExactly("d");
    assertThat(budget.used()).isEqualTo(100);
  }

  @Test
  void whoGivesUpWaitingIsForgotten() {
    assertThat(reserve("a", "a", 50)).isTrue();
    assertThat(reserve("b", "a", 50)).isFalse();
    assertThat(budget.cancel("b")).isTrue();
    budget.release("a", 50);
    assertThat(granted).isEmpty();
    assertThat(budget.used()).isZero();
  }
}
