package io.velocitydb.engine.db;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What is taken belongs to one call alone; what was made is closed once, also after the end. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one at a time, closed once")
@Outcome(expect = Expect.FORBIDDEN, desc = "shared, never closed, or closed twice")
@State
public class ReusablesStress {
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final Reusables<Item> items = new Reusables<>(this::make, item -> {}, this::close);

  private static final class Item {
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
  }

  private Item make() {
    made.incrementAndGet();
    return new Item();
  }

  private void close(Item item) {
    closed.incrementAndGet();
    if (item.closes.incrementAndGet() != 1 || item.users.get() != 0) {
      wrong.incrementAndGet();
    }
  }

  private void use() {
    Item item = items.take();
    if (item.users.incrementAndGet() != 1 || item.closes.get() != 0) {
      wrong.incrementAndGet();
    }
    item.users.decrementAndGet();
    items.giveBack(item);
  }

  @Actor
  public void caller() {
    use();
    use();
  }

  @Actor
  public void closer() {
    use();
    items.close();
  }

  @Arbiter
  public void end(II_Result result) {
    result.r1 = wrong.get() == 0 ? 1 : 0;
    result.r2 = made.get() == closed.get() ? 1 : 0;
  }
}
