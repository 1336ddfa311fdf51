package io.velocitydb.engine.db;

import io.velocitydb.engine.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The open snapshots of a database. Thread-safe.
 *
 * <p>A snapshot's sequence is loaded and registered under one lock, and merges read the list under
 * the same: so a merge either knows a snapshot, or that snapshot is newer than everything the merge
 * may drop.
 */
final class SnapshotRegistry {
  private final LongSupplier visible;
  private final LongSupplier time;
  private final LongConsumer released;
  private final Set<Registered> open = new LinkedHashSet<>();

  /**
   * @param visible the visible sequence
   * @param time the engine's time
   * @param released told the sequence of a snapshot that was closed, when space may be reclaimed
   */
  SnapshotRegistry(LongSupplier visible, LongSupplier time, LongConsumer released) {
    this.visible = visible;
    this.time = time;
    this.released = released;
  }

  /** Identity matters: two snapshots of the same moment are two. */
  private final class Registered implements Snapshot {
    private final long sequence;
    private final long timeMs;
    private final AtomicBoolean closed = new AtomicBoolean();

    Registered(long sequence, long timeMs) {
      this.sequence = sequence;
      this.timeMs = timeMs;
    }

    @Override
    public long sequence() {
      return sequence;
    }

    @Override
    public long timeMs() {
      return timeMs;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        synchronized (SnapshotRegistry.this) {
          open.remove(this);
        }
        released.accept(sequence);
      }
    }
  }

  synchronized Snapshot create() {
    Registered snapshot = new Registered(visible.getAsLong(), time.getAsLong());
    open.add(snapshot);
    return snapshot;
  }

  /** The open snapshots, in no order. */
  synchronized List<Snapshot> list() {
    return new ArrayList<>(open);
  }

  /** Whether {@code snapshot} is open here. */
  synchronized boolean isOpen(Snapshot snapshot) {
    return snapshot instanceof Registered registered && open.contains(registered);
  }
}
