package io.velocitydb.engine.commit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Nothing is lost, nothing comes twice, and what one thread offers comes in its order. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "each once, in the order of its thread")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, or turned round")
@State
public class HandOverStress {
  private final HandOver<Element> queue = new HandOver<>();
  private final List<Integer> taken = new ArrayList<>();

  private static final class Element extends HandOver.Link<Element> {
    private final int number;

    Element(int number) {
      this.number = number;
    }
  }

  @Actor
  public void producer() {
    queue.offer(new Element(1));
    queue.offer(new Element(2));
  }

  @Actor
  public void consumer() {
    queue.offer(new Element(3));
    take();
    take();
  }

  private boolean take() {
    @Nullable Element first = queue.peek();
    if (first == null) {
      return false;
    }
    queue.remove();
    taken.add(first.number);
    return true;
  }

  @Arbiter
  public void end(I_Result result) {
    boolean more = true;
    while (more) {
      more = take();
    }
    boolean each = taken.size() == 3 && taken.contains(3);
    result.r1 = each && taken.contains(1) && taken.indexOf(1) < taken.indexOf(2) ? 1 : 0;
  }
}
