package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Whatever is inserted into a full leaf meanwhile, what was there before is found and walked. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "found, and walked in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "missed, or out of order")
@State
public class EntryTreeStress {
  /** As many as a leaf holds: the next one splits it. */
  private static final int ENTRIES = 32;

  private static final int SOUGHT = 20;

  private final Arena arena = new Arena(new NativeMemory());
  private final EntryTree tree = EntryTree.expecting(new byte[0], arena);
  private final long[] nodes = new long[ENTRIES];
  private final long[] added = new long[10];

  public EntryTreeStress() {
    for (int i = 0; i < ENTRIES; i++) {
      nodes[i] = NumberedNodes.create(arena, 2 * i);
      tree.insert(nodes[i]);
    }
    for (int i = 0; i < added.length; i++) {
      added[i] = NumberedNodes.create(arena, 2 * (SOUGHT - 2 + i) + 1);
    }
  }

  @Actor
  public void writer() {
    for (long node : added) {
      tree.insert(node);
    }
  }

  @Actor
  public void reader(II_Result result) {
    long key = EntryNode.keyAddress(nodes[SOUGHT]);
    EntryTree.Position at = new EntryTree.Position();
    tree.atOrAfter(at, key, Long.BYTES, 1);
    result.r1 =
        at.node() == nodes[SOUGHT] && tree.atOrBefore(key, Long.BYTES, 1) == nodes[SOUGHT] ? 1 : 0;
    int next = SOUGHT;
    long last = -1;
    boolean ordered = true;
    while (at.node() != 0) {
      long here = Long.reverseBytes(Memory.getLong(EntryNode.keyAddress(at.node())));
      ordered &= here > last;
      last = here;
      if (next < ENTRIES && at.node() == nodes[next]) {
        next++;
      }
      tree.next(at);
    }
    result.r2 = ordered && next == ENTRIES ? 1 : 0;
  }

  @Arbiter
  public void end() {
    arena.free();
  }
}
