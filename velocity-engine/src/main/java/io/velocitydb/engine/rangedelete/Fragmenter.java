package io.velocitydb.engine.rangedelete;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Puts the range tombstones of several sources together, and keeps what some snapshot needs. */
public final class Fragmenter {
  private static final byte[] NO_END = new byte[0];

  private Fragmenter() {}

  /** What lies below the sources. */
  @FunctionalInterface
  public interface OlderData {
    /** Whether older data may have a key at or after start and before end (empty: no end). */
    boolean overlaps(byte[] start, byte[] end);
  }

  /**
   * Fragments in key order. Of the tombstones over a fragment those stay that are the newest one
   * for some snapshot, or the newest of all. The one that the oldest snapshot sees goes as well
   * where there is no older data for it to hide.
   *
   * @param snapshots the sequences of live snapshots, ascending; the newest state is not among them
   */
  public static List<RangeFragment> merge(
      List<RangeTombstones> sources, long[] snapshots, OlderData older, NativeMemory memory) {
    List<RangeTombstones.Boundaries> positions = new ArrayList<>();
    TreeSet<byte[]> sorted = new TreeSet<>(Arrays::compareUnsigned);
    for (RangeTombstones source : sources) {
      if (!source.isEmpty()) {
        RangeTombstones.Boundaries at = source.boundaries();
        for (at.next(); at.valid(); at.next()) {
          sorted.add(Memory.bytes(at.keyAddress(), at.keyLength()));
        }
        positions.add(at);
      }
    }
    byte[][] keys = sorted.toArray(new byte[0][]);
    List<RangeFragment> fragments = new ArrayList<>();
    try (NativeBuffer key = new NativeBuffer(memory, MemoryTag.COMPACTION)) {
      for (int i = 0; i < keys.length; i++) {
        byte[] start = keys[i];
        byte[] end = i + 1 < keys.length ? keys[i + 1] : NO_END;
        Memory.copy(start, 0, key.reserve(start.length), start.length);
        for (RangeTombstones.Boundaries position : positions) {
          position.seek(key.address(), start.length);
        }
        long[] needed = needed(positions, snapshots);
        int kept = needed.length;
        if (kept > 0 && isSeenByAll(needed[kept - 1], snapshots) && !older.overlaps(start, end)) {
          kept--;
        }
        if (kept > 0) {
          append(fragments, start, end, Arrays.copyOf(needed, kept));
        }
      }
    }
    return fragments;
  }

  private static boolean isSeenByAll(long sequence, long[] snapshots) {
    return snapshots.length == 0 || sequence <= snapshots[0];
  }

  /** Highest first: for each snapshot the newest that it sees and no older snapshot does. */
  private static long[] needed(List<RangeTombstones.Boundaries> positions, long[] snapshots) {
    long[] found = new long[snapshots.length + 1];
    int count = 0;
    for (int i = snapshots.length; i >= 0; i--) {
      long seen = i == snapshots.length ? Long.MAX_VALUE : snapshots[i];
      long seenBefore = i == 0 ? 0 : snapshots[i - 1];
      long newest = 0;
      for (RangeTombstones.Boundaries position : positions) {
        if (position.valid()) {
          newest = Math.max(newest, position.covering(seen));
        }
      }
      if (newest > seenBefore) {
        found[count++] = newest;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private static void append(
      List<RangeFragment> fragments, byte[] start, byte[] end, long[] sequences) {
    if (!fragments.isEmpty()) {
      RangeFragment last = fragments.getLast();
      if (Arrays.equals(last.end(), start) && Arrays.equals(last.sequences(), sequences)) {
        fragments.set(fragments.size() - 1, new RangeFragment(last.start(), end, sequences));
        return;
      }
    }
    fragments.add(new RangeFragment(start, end, sequences));
  }
}
