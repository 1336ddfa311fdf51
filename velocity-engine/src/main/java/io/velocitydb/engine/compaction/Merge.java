package io.velocitydb.engine.compaction;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.Fragmenter;
import io.velocitydb.engine.rangedelete.RangeFragment;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.vfs.DiskFullException;
import java.io.IOException;
import java.util.List;

/**
 * Writes the entries of memtables or runs that follow each other in age into one new run, without
 * what no reader can see:
 *
 * <ul>
 *   <li>of the versions of a key that lie between two snapshots all but the newest;
 *   <li>what a range tombstone covers for every reader who would see it;
 *   <li>a value that has expired for every reader who would see it: it becomes a tombstone, with
 *       its sequence, since older versions must stay hidden;
 *   <li>a tombstone that every snapshot sees, where no older run has the key; the same for range
 *       tombstones.
 * </ul>
 *
 * <p>Nothing takes a new sequence. Every entry of the inputs must be visible to the newest state,
 * and a snapshot taken while the merge runs must see all of them.
 */
public final class Merge {
  /** A slice that writes little reads so many times as much. */
  private static final int READ_SHARE = 8;

  private static final int BYTES_BETWEEN_CHECKS = 64 * 1024;

  private final InternalCursor entries;
  private final List<RangeFragment> fragments;
  private final Stripes stripes;
  private final OlderRuns older;
  private final NativeBuffer lastKey;

  private int lastKeyLength = -1;
  private int fragment;

  private Merge(
      InternalCursor entries,
      List<RangeFragment> fragments,
      Stripes stripes,
      OlderRuns older,
      NativeBuffer lastKey) {
    this.entries = entries;
    this.fragments = fragments;
    this.stripes = stripes;
    this.older = older;
    this.lastKey = lastKey;
  }

  /**
   * Merges.
   *
   * @param entries of all inputs; the caller closes it
   * @param rangeTombstones of all inputs
   * @param live every snapshot that may still be read
   * @param nowMs the engine's time
   * @param older every run that is older than the inputs
   * @param values where large values go
   * @param targetFileBytes size at which the next file is begun
   * @param slice where it ends
   * @param interruption ends it before
   * @throws EngineException when reading or writing fails; nothing is left behind but files that
   *     were begun
   */
  public static MergeResult run(
      InternalCursor entries,
      List<RangeTombstones> rangeTombstones,
      List<LiveSnapshot> live,
      long nowMs,
      OlderRuns older,
      TableFactory factory,
      ValueFiles values,
      long targetFileBytes,
      Slice slice,
      Interruption interruption,
      NativeMemory memory) {
    Stripes stripes = new Stripes(live, nowMs);
    List<RangeFragment> all =
        Fragmenter.merge(rangeTombstones, stripes.sequences(), (start, end) -> true, memory);
    List<RangeFragment> kept =
        Fragmenter.merge(rangeTombstones, stripes.sequences(), older, memory);
    try (NativeBuffer lastKey = new NativeBuffer(memory, MemoryTag.COMPACTION);
        OutputTables output =
            new OutputTables(
                factory, new LargeValues(values, interruption, memory), targetFileBytes, kept)) {
      return new Merge(entries, all, stripes, older, lastKey).write(output, slice, interruption);
    } catch (IOException e) {
      EngineException.Kind kind =
          e instanceof DiskFullException
              ? EngineException.Kind.DISK_FULL
              : EngineException.Kind.STORAGE_ERROR;
      throw new EngineException(
          kind, Outcome.NOT_APPLIED, "cannot write a table: " + e.getMessage(), e);
    }
  }

  private MergeResult write(OutputTables output, Slice slice, Interruption interruption)
      throws IOException {
    long read = 0;
    long readBytes = 0;
    long checkedBytes = 0;
    int lastStripe = -1;
    for (entries.first(); entries.valid(); entries.next()) {
      boolean newKey = !isLastKey();
      if (newKey && endsHere(slice, output.bytes(), readBytes)) {
        return output.finish(read, Memory.bytes(entries.keyAddress(), entries.keyLength()));
      }
      read++;
      readBytes += entries.keyLength() + entries.valueLength();
      if (readBytes - checkedBytes >= BYTES_BETWEEN_CHECKS) {
        checkedBytes = readBytes;
        interruption.check();
      }
      int stripe = stripes.of(entries.sequence());
      if (newKey) {
        copyKey();
      } else if (stripe == lastStripe) {
        continue; // a newer version of the same stripe hides it
      }
      lastStripe = stripe;
      if (isCovered(stripe)) {
        continue;
      }
      boolean value =
          EntryKind.isValue(entries.kind())
              && !InternalKey.expired(entries.expiresAtMs(), stripes.earliestTimeMs(stripe));
      if (!value && stripe == 0 && !older.mayContain(entries.keyAddress(), entries.keyLength())) {
        continue;
      }
      if (newKey) {
        output.splitBefore(entries);
      }
      output.add(entries, value);
    }
    return output.finish(read, slice.end());
  }

  private boolean endsHere(Slice slice, long written, long readBytes) {
    byte[] end = slice.end();
    return written >= slice.bytes()
        || readBytes / READ_SHARE >= slice.bytes()
        || (end != null && Memory.compare(entries.keyAddress(), entries.keyLength(), end) >= 0);
  }

  private boolean isLastKey() {
    return Memory.compare(
            entries.keyAddress(), entries.keyLength(), lastKey.address(), lastKeyLength)
        == 0;
  }

  private void copyKey() {
    lastKeyLength = entries.keyLength();
    Memory.copy(entries.keyAddress(), lastKey.reserve(lastKeyLength), lastKeyLength);
  }

  /** Whether a newer range tombstone of the same stripe lies over the entry. */
  private boolean isCovered(int stripe) {
    long key = entries.keyAddress();
    int length = entries.keyLength();
    while (fragment < fragments.size() && endsBefore(fragments.get(fragment), key, length)) {
      fragment++;
    }
    if (fragment == fragments.size()) {
      return false;
    }
    RangeFragment at = fragments.get(fragment);
    if (Memory.compare(key, length, at.start()) < 0) {
      return false;
    }
    long visible = stripes.visibleTo(stripe);
    for (long sequence : at.sequences()) {
      if (sequence <= visible) {
        return sequence > entries.sequence();
      }
    }
    return false;
  }

  private static boolean endsBefore(RangeFragment fragment, long key, int keyLength) {
    return fragment.end().length > 0 && Memory.compare(key, keyLength, fragment.end()) >= 0;
  }
}
