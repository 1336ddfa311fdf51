package io.velocitydb.engine.db;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.db.ReadView.Immutable;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Who pins a view and then loads the visible sequence finds everything up to it, and nothing beyond
 * it in tables; while the memtable is given to the flush, becomes tables, and the store closes.
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "all that is visible, and no more")
@Outcome(expect = Expect.FORBIDDEN, desc = "missed, from the future, or memory that is lost")
@State
public class ViewsStress {
  private final NativeMemory memory = new NativeMemory();
  private final long key = memory.allocate(Long.BYTES, MemoryTag.BLOCK);
  private final Views views = new Views(memory, tree(), 0, 0);

  private static Tree tree() {
    return new Tree(
        Version.EMPTY,
        table -> {
          throw new IllegalStateException("no tables");
        },
        number -> {
          throw new IllegalStateException("no blobs");
        });
  }

  @Actor
  public void writer() {
    @Nullable ReadView view = views.tryAcquire();
    if (view != null) {
      view.active().add(1, EntryKind.PUT, (byte) 0, 0, key, Long.BYTES, key, Long.BYTES);
      view.release();
    }
    views.publish(1);
    boolean _ = views.rotate(0);
    @Nullable Immutable oldest = views.oldest();
    if (oldest != null) {
      views.flushed(oldest, tree());
    }
    views.close();
  }

  @Actor
  public void reader(III_Result result) {
    result.r1 = 1;
    result.r2 = 1;
    @Nullable ReadView view = views.tryAcquire();
    if (view == null) {
      return;
    }
    long visible = views.visible();
    boolean inMemory = !view.active().isEmpty();
    for (Immutable immutable : view.immutables()) {
      inMemory |= !immutable.table().isEmpty();
    }
    result.r1 = visible == 0 || inMemory || view.tablesSequence() >= visible ? 1 : 0;
    result.r2 = view.tablesSequence() <= visible ? 1 : 0;
    view.release();
  }

  @Arbiter
  public void end(III_Result result) {
    memory.free(key, Long.BYTES, MemoryTag.BLOCK);
    result.r3 = memory.allocated() == 0 ? 1 : 0;
  }
}
