package io.velocitydb.server.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class ProcessExitTest {
  private final List<Integer> halts = new CopyOnWriteArrayList<>();
  private final ProcessExit exit = new ProcessExit(halts::add);

  @Test
  void aServerThatWentDownInOrderEndsWithZero() {
    assertThat(exit.begin()).isTrue();
    exit.end(0);
    exit.told();
    assertThat(halts).containsExactly(0);
  }

  @Test
  void itWaitsForTheServerToGoDown() throws InterruptedException {
    exit.begin();
    Thread hook = Thread.ofPlatform().start(exit::told);
    while (hook.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(halts).isEmpty();
    exit.end(1);
    hook.join();
    assertThat(halts).containsExactly(1);
  }

  @Test
  void whatWasNotBegunEndsAtOnceAndDoesNotBeginAnyMore() {
    exit.told();
    assertThat(halts).containsExactly(ProcessExit.TERMINATED);
    assertThat(exit.begin()).isFalse();
  }

  @Test
  void aProcessThatCannotStartKeepsItsCode() {
    exit.end(1);
    exit.told();
    assertThat(halts).isEmpty();
  }
}
