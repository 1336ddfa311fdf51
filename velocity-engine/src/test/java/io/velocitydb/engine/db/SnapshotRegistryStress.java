package io.velocitydb.engine.db;

import io.velocitydb.engine.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A merge knows of a snapshot, or that snapshot sees all that was visible when it looked. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "known, or new enough")
@Outcome(expect = Expect.FORBIDDEN, desc = "the merge may drop what the snapshot is to see")
@State
public class SnapshotRegistryStress {
  private volatile long visible = 1;
  private final SnapshotRegistry registry =
      new SnapshotRegistry(() -> visible, () -> 0, sequence -> {});
  private List<Snapshot> known = List.of();
  private @Nullable Snapshot created;

  @Actor
  public void merge() {
    visible = 2;
    known = registry.list();
  }

  @Actor
  public void reader() {
    created = registry.create();
  }

  @Arbiter
  public void end(I_Result result) {
    Snapshot snapshot = created;
    result.r1 = snapshot != null && (known.contains(snapshot) || snapshot.sequence() >= 2) ? 1 : 0;
  }
}
