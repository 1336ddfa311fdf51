package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.NativeMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whoever stands on the last entry of a leaf that is split at this moment does not go back. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "at the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "at an entry that comes before")
@State
public class LeafEndStress {
  /** As many as a leaf holds: the next one splits it. */
  private static final int ENTRIES = 32;

  private final Arena arena = new Arena(new NativeMemory());
  private final EntryTree tree = EntryTree.expecting(new byte[0], arena);
  private final EntryTree.Position last = new EntryTree.Position();
  private final long added;

  public LeafEndStress() {
    long node = 0;
    for (int i = 0; i < ENTRIES; i++) {
      node = NumberedNodes.create(arena, 2 * i);
      tree.insert(node);
    }
    tree.atOrAfter(last, EntryNode.keyAddress(node), Long.BYTES, 1);
    added = NumberedNodes.create(arena, 1);
  }

  @Actor
  public void writer() {
    tree.insert(added);
  }

  @Actor
  public void reader(I_Result result) {
    tree.next(last);
    result.r1 = last.node() == 0 ? 1 : 0;
  }

  @Arbiter
  public void end() {
    arena.free();
  }
}
