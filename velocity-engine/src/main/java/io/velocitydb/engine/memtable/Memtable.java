package io.velocitydb.engine.memtable;

import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The newest writes of a database, off the heap.
 *
 * <p>One thread at a time calls {@link #add}; any number of threads read meanwhile without locks. A
 * reader that asks for sequences up to S sees all of them, if it learned S by an acquiring read
 * after the writer had added S and published it; cursors and range tombstones are to be taken after
 * that read. What is newer than S may be met, and is skipped.
 *
 * <p>Reads allocate nothing. Nothing is allocated off the heap before the first {@code add}. The
 * memory goes back when the last of those who {@link #retain()} releases; it is born with one.
 */
public final class Memtable {
  /** Older versions of a key that are stepped over before the tree is searched instead. */
  private static final int MAX_STEPS = 8;

  private static final VarHandle ENTRIES;
  private static final VarHandle MAX_SEQUENCE;
  private static final VarHandle CONTENTS;
  private static final VarHandle RANGE_TOMBSTONES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      ENTRIES = lookup.findVarHandle(Memtable.class, "entries", long.class);
      MAX_SEQUENCE = lookup.findVarHandle(Memtable.class, "maxSequence", long.class);
      CONTENTS = lookup.findVarHandle(Memtable.class, "contents", Contents.class);
      RANGE_TOMBSTONES =
          lookup.findVarHandle(Memtable.class, "rangeTombstones", MemtableRangeTombstones.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Arena arena;
  private final byte[] expectedPrefix;
  private final AtomicInteger references = new AtomicInteger(1);

  // Written by the writer with release, read by anyone with acquire.
  private long entries;
  private long maxSequence;
  private @Nullable Contents contents;
  private @Nullable MemtableRangeTombstones rangeTombstones;

  private volatile long minSequence;

  private record Contents(EntryTree tree, HashIndex index) {}

  public Memtable(NativeMemory memory) {
    this(memory, new byte[0]);
  }

  /**
   * A memtable that is fast if most keys begin with a prefix.
   *
   * @param expectedPrefix see {@link #sharedPrefix}; right for any keys
   */
  public Memtable(NativeMemory memory, byte[] expectedPrefix) {
    arena = new Arena(memory);
    this.expectedPrefix = expectedPrefix;
  }

  /**
   * Adds an entry. Key and value are copied.
   *
   * @param sequence higher than all before, at most {@link InternalKey#MAX_SEQUENCE}
   * @param kind PUT, DELETE or RANGE_DELETE of {@link EntryKind}; for a range the key is its start
   *     (empty: the beginning) and the value its end (empty: no end)
   * @param expiresAtMs milliseconds since the Unix epoch, 0 for never
   */
  public void add(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    if (sequence <= maxSequence || sequence > InternalKey.MAX_SEQUENCE) {
      throw new IllegalArgumentException(
          "sequence " + sequence + " after " + maxSequence + " in a memtable");
    }
    if (kind == EntryKind.RANGE_DELETE) {
      addRange(sequence, keyAddress, keyLength, valueAddress, valueLength);
    } else if (EntryKind.isPoint(kind)) {
      Contents current = contents;
      if (current == null) {
        current = new Contents(EntryTree.expecting(expectedPrefix, arena), new HashIndex(arena));
        CONTENTS.setRelease(this, current);
      }
      long node =
          EntryNode.create(
              arena,
              sequence,
              kind,
              encoding,
              expiresAtMs,
              keyAddress,
              keyLength,
              valueAddress,
              valueLength);
      current.tree.insert(node);
      current.index.put(node, KeyHash.of(keyAddress, keyLength));
    } else {
      throw new IllegalArgumentException("kind " + kind + " in a memtable");
    }
    if (minSequence == 0) {
      minSequence = sequence;
    }
    ENTRIES.setRelease(this, entries + 1);
    MAX_SEQUENCE.setRelease(this, sequence);
  }

  private void addRange(long sequence, long start, int startLength, long end, int endLength) {
    MemtableRangeTombstones ranges = rangeTombstones;
    if (ranges == null) {
      ranges = new MemtableRangeTombstones(arena);
      RANGE_TOMBSTONES.setRelease(this, ranges);
    }
    ranges.add(sequence, start, startLength, end, endLength);
  }

  /**
   * Finds the newest PUT or DELETE of a key with a sequence of at most {@code maxSequence}. Range
   * tombstones are not looked at; see {@link #coveringRangeDelete}.
   *
   * @param hash {@link KeyHash} of the key
   * @return whether there is one; then it is in {@code into}, whose value lies in this memtable
   */
  public boolean get(
      long keyAddress, int keyLength, long hash, long maxSequence, PointResult into) {
    assert references.get() > 0;
    Contents current = (Contents) CONTENTS.getAcquire(this);
    if (current == null) {
      return false;
    }
    long node = current.index.find(keyAddress, keyLength, hash);
    if (node == 0) {
      return false;
    }
    int steps = 0;
    while (node != HashIndex.UNKNOWN && EntryNode.sequence(node) > maxSequence) {
      node = ++steps > MAX_STEPS ? HashIndex.UNKNOWN : EntryNode.older(node);
      if (node == 0) {
        return false;
      }
    }
    if (node == HashIndex.UNKNOWN) {
      node = current.tree.atOrAfter(keyAddress, keyLength, maxSequence);
      if (node == 0 || !EntryNode.hasKey(node, keyAddress, keyLength)) {
        return false;
      }
    }
    into.set(
        EntryNode.kind(node),
        EntryNode.sequence(node),
        EntryNode.encoding(node),
        EntryNode.expiresAtMs(node),
        EntryNode.valueAddress(node),
        EntryNode.valueLength(node));
    return true;
  }

  /**
   * Begins to look for a key, so that looking for several waits for memory only once: first this
   * for each, then {@link #ask} with what it answered, then {@link #get}.
   *
   * @return where an entry may lie; 0 for nowhere
   */
  public long expect(long hash) {
    Contents current = (Contents) CONTENTS.getAcquire(this);
    HashIndex index = current == null ? null : current.index;
    return index == null ? 0 : index.firstCandidate(hash);
  }

  /** Brings what {@link #expect} answered near; the answer means nothing, but is to be used. */
  public static long ask(long expected) {
    return expected == 0 ? 0 : EntryNode.sequence(expected);
  }

  /**
   * The highest sequence, at most {@code maxSequence}, of a range tombstone over a key; 0 when none
   * covers it.
   */
  public long coveringRangeDelete(long keyAddress, int keyLength, long maxSequence) {
    MemtableRangeTombstones ranges = (MemtableRangeTombstones) RANGE_TOMBSTONES.getAcquire(this);
    return ranges == null ? 0 : ranges.covering(keyAddress, keyLength, maxSequence);
  }

  /** The range tombstones; those added after the first call may or may not be among them. */
  public RangeTombstones rangeTombstones() {
    MemtableRangeTombstones ranges = (MemtableRangeTombstones) RANGE_TOMBSTONES.getAcquire(this);
    return ranges == null ? RangeTombstones.NONE : ranges;
  }

  /** A cursor over all versions, which retains the memtable until it is closed. */
  public InternalCursor cursor() {
    Contents current = (Contents) CONTENTS.getAcquire(this);
    if (current == null) {
      return InternalCursor.EMPTY;
    }
    retain();
    return new MemtableCursor(this, current.tree);
  }

  /** What most of the keys begin with; empty if there are few. */
  public byte[] sharedPrefix() {
    Contents current = (Contents) CONTENTS.getAcquire(this);
    return current == null ? new byte[0] : current.tree.sharedPrefix();
  }

  /** Bytes of entries and indexes; what is allocated is more by at most one chunk. */
  public long bytes() {
    return arena.used();
  }

  /** Number of entries, range tombstones included. */
  public long entries() {
    return (long) ENTRIES.getAcquire(this);
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return entries() == 0;
  }

  /** The lowest sequence; 0 when empty. */
  public long minSequence() {
    return minSequence;
  }

  /** The highest sequence; 0 when empty. */
  public long maxSequence() {
    return (long) MAX_SEQUENCE.getAcquire(this);
  }

  /** Keeps the memory, unless it was given back already. */
  public boolean tryRetain() {
    for (; ; ) {
      int count = references.get();
      if (count == 0) {
        return false;
      }
      if (references.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  /** Keeps the memory; the caller knows that someone else keeps it at this moment. */
  public void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException("memtable was released");
    }
  }

  /** Undoes one retain; the last one gives the memory back. */
  public void release() {
    int count = references.decrementAndGet();
    if (count == 0) {
      arena.free();
    } else if (count < 0) {
      throw new IllegalStateException("memtable released too often");
    }
  }
}
