package io.velocitydb.engine.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private static final int PRODUCERS = 4;
  private static final int EACH = 100_000;

  private static final class Item extends HandOver.Link<Item> {
    private final int producer;
    private final int number;

    Item(int producer, int number) {
      this.producer = producer;
      this.number = number;
    }
  }

  private final HandOver<Item> queue = new HandOver<>();

  @Test
  void whatIsOfferedComesOutInOrder() {
    assertThat(queue.peek()).isNull();
    Item a = new Item(0, 1);
    Item b = new Item(0, 2);
    Item c = new Item(0, 3);
    queue.offer(a);
    queue.offer(b);
    assertThat(queue.peek()).isSameAs(a);
    queue.offer(c);
    queue.remove();
    assertThat(queue.peek()).isSameAs(b);
    queue.remove();
    assertThat(queue.peek()).isSameAs(c);
    queue.remove();
    assertThat(queue.peek()).isNull();
    assertThatThrownBy(queue::remove).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasRemovedMayBeOfferedAgainAtOnce() {
    Item a = new Item(0, 1);
    Item b = new Item(0, 2);
    queue.offer(a);
    queue.offer(b);
    queue.peek();
    queue.remove();
    queue.offer(a);
    assertThat(queue.peek()).isSameAs(b);
    queue.remove();
    assertThat(queue.peek()).isSameAs(a);
    queue.remove();
    assertThat(queue.peek()).isNull();
  }

  @Test
  void nothingIsLostOrChangesItsPlaceAmongItsProducersElements() throws InterruptedException {
    List<Thread> producers = new ArrayList<>();
    for (int p = 0; p < PRODUCERS; p++) {
      int producer = p;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < EACH; i++) {
                  queue.offer(new Item(producer, i));
                }
              });
      thread.start();
      producers.add(thread);
    }
    int[] next = new int[PRODUCERS];
    for (int taken = 0; taken < PRODUCERS * EACH; ) {
      Item item = queue.peek();
      if (item == null) {
        Thread.onSpinWait();
        continue;
      }
      assertThat(item.number).isEqualTo(next[item.producer]++);
      queue.remove();
      taken++;
    }
    for (Thread producer : producers) {
      producer.join();
    }
    assertThat(queue.peek()).isNull();
  }
}
