package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** While a segment grows and keys get newer versions, each key leads to one of its own. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each key's own node, never an older one")
@Outcome(expect = Expect.FORBIDDEN, desc = "missed, another's, or older than seen before")
@State
public class HashIndexStress {
  /** One more makes the first table of a segment grow. */
  private static final int ENTRIES = 6;

  private final Arena arena = new Arena(new NativeMemory());
  private final HashIndex index = new HashIndex(arena);
  private final long[] nodes = new long[ENTRIES];
  private final long further;
  private final long newer;

  public HashIndexStress() {
    for (int i = 0; i < ENTRIES; i++) {
      nodes[i] = node(i, 1);
      index.put(nodes[i], hash(i));
    }
    further = node(ENTRIES, 1);
    newer = node(0, 2);
  }

  /** All in one segment, with tags that lie together. */
  private static long hash(int key) {
    return (7L << 56) | ((long) key << 37);
  }

  private long node(int key, long sequence) {
    long bytes = arena.allocate(Long.BYTES, Long.BYTES);
    Memory.putLong(bytes, key);
    return EntryNode.create(
        arena, sequence, EntryKind.PUT, (byte) 0, 0, bytes, Long.BYTES, bytes, Long.BYTES);
  }

  private long find(int key) {
    return index.find(EntryNode.keyAddress(nodes[key]), Long.BYTES, hash(key));
  }

  @Actor
  public void writer() {
    index.put(newer, hash(0));
    index.put(further, hash(ENTRIES));
  }

  @Actor
  public void reader(II_Result result) {
    long before = find(0);
    result.r1 = find(3) == nodes[3] ? 1 : 0;
    long after = find(0);
    boolean own = (before == nodes[0] || before == newer) && (after == nodes[0] || after == newer);
    result.r2 = own && !(before == newer && after == nodes[0]) ? 1 : 0;
  }

  @Arbiter
  public void end() {
    arena.free();
  }
}
