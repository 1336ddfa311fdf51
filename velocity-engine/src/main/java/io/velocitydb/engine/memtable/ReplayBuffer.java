package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.KeyCodes;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are replayed from a log and written to a table, and that nobody looks for in
 * between: they are kept as they arrive and sorted once, when they are walked. The thread that
 * replays so never waits for the memory of a tree.
 *
 * <p>Off the heap; nothing is allocated before the first {@code add}. Not thread-safe, but may be
 * handed from thread to thread.
 */
public final class ReplayBuffer implements AutoCloseable {
  // A slot: the code of an entry's key, and the entry.
  private static final int SLOT_BYTES = 16;
  private static final int NODE = 8;

  /** Slots that are put in order by insertion before they are merged with others. */
  private static final int RUN = 16;

  private static final int MOST_SAMPLE = 64;

  private final Arena arena;
  private final NativeBuffer slots;
  private final NativeBuffer scratch;
  private final byte[] expectedPrefix;
  private @Nullable KeyCodes codes;
  private @Nullable MemtableRangeTombstones ranges;
  private int points;
  private long maxSequence;
  private boolean sorted;

  /**
   * A buffer that is fast if most keys begin with a prefix.
   *
   * @param expectedPrefix see {@link #sharedPrefix}; right for any keys
   */
  public ReplayBuffer(NativeMemory memory, byte[] expectedPrefix) {
    arena = new Arena(memory);
    slots = new NativeBuffer(memory, MemoryTag.MEMTABLE);
    scratch = new NativeBuffer(memory, MemoryTag.MEMTABLE);
    this.expectedPrefix = expectedPrefix;
  }

  /** Adds an entry, as {@link Memtable#add} does. */
  public void add(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    if (sequence <= maxSequence) {
      throw new IllegalArgumentException("sequence " + sequence + " after " + maxSequence);
    }
    if (kind == EntryKind.RANGE_DELETE) {
      MemtableRangeTombstones all = ranges;
      if (all == null) {
        all = new MemtableRangeTombstones(arena);
        ranges = all;
      }
      all.add(sequence, keyAddress, keyLength, valueAddress, valueLength);
    } else {
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
      addSlot(keyAddress, keyLength, node);
    }
    maxSequence = sequence;
  }

  private void addSlot(long keyAddress, int keyLength, long node) {
    KeyCodes coding = codes;
    if (coding == null) {
      coding = EntryTree.codesExpecting(expectedPrefix, arena);
      codes = coding;
    }
    int used = points * SLOT_BYTES;
    long slot = slots.grow(used + SLOT_BYTES, used) + used;
    Memory.putLong(slot, coding.of(keyAddress, keyLength));
    Memory.putLong(slot + NODE, node);
    points++;
    sorted = false;
  }

  /** All entries in order. Nothing may be added while it is in use. */
  public InternalCursor cursor() {
    sort();
    return new Cursor();
  }

  /** The range tombstones. */
  public RangeTombstones rangeTombstones() {
    MemtableRangeTombstones all = ranges;
    return all == null ? RangeTombstones.NONE : all;
  }

  /** What most of the keys begin with, judged by a sample; empty if there are few. */
  public byte[] sharedPrefix() {
    if (points < EntryTree.LEAST_SAMPLE) {
      return new byte[0];
    }
    Long[] sample = new Long[Math.min(points, MOST_SAMPLE)];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = node((int) ((long) i * points / sample.length));
    }
    Arrays.sort(sample, (one, other) -> isBefore(0, one, 0, other) ? -1 : 1);
    return EntryNode.commonPrefix(
        sample[sample.length / 4], sample[sample.length - 1 - sample.length / 4]);
  }

  /** Bytes that are in use, or will be when the entries are sorted. */
  public long bytes() {
    return arena.used() + 2L * points * SLOT_BYTES;
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return maxSequence == 0;
  }

  /** The highest sequence; 0 when empty. */
  public long maxSequence() {
    return maxSequence;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    arena.free();
    slots.close();
    scratch.close();
  }

  // ---- Sorting: by merging, since arrivals are often in order and comparisons stay in few lines

  private long slot(int index) {
    return slots.address() + (long) index * SLOT_BYTES;
  }

  private long node(int index) {
    return Memory.getLong(slot(index) + NODE);
  }

  private void sort() {
    if (sorted || points == 0) {
      return;
    }
    long from = slots.address();
    for (int start = 0; start < points; start += RUN) {
      insertionSort(from + (long) start * SLOT_BYTES, Math.min(RUN, points - start));
    }
    long to = points <= RUN ? 0 : scratch.reserve(points * SLOT_BYTES);
    for (long run = RUN; run < points; run *= 2) {
      for (long start = 0; start < points; start += 2 * run) {
        merge(from, to, start, Math.min(start + run, points), Math.min(start + 2 * run, points));
      }
      long swap = from;
      from = to;
      to = swap;
    }
    if (from != slots.address()) {
      Memory.copy(from, slots.address(), (long) points * SLOT_BYTES);
    }
    scratch.close();
    sorted = true;
  }

  private static boolean isBefore(long code, long node, long otherCode, long other) {
    return code != otherCode
        ? Long.compareUnsigned(code, otherCode) < 0
        : EntryTree.order(
                node,
                EntryNode.keyAddress(other),
                EntryNode.keyLength(other),
                EntryNode.sequence(other))
            < 0;
  }

  private static boolean isBefore(long slot, long other) {
    return isBefore(
        Memory.getLong(slot),
        Memory.getLong(slot + NODE),
        Memory.getLong(other),
        Memory.getLong(other + NODE));
  }

  private static void insertionSort(long first, int count) {
    for (int i = 1; i < count; i++) {
      long slot = first + (long) i * SLOT_BYTES;
      long code = Memory.getLong(slot);
      long node = Memory.getLong(slot + NODE);
      while (slot > first
          && isBefore(
              code,
              node,
              Memory.getLong(slot - SLOT_BYTES),
              Memory.getLong(slot - SLOT_BYTES + NODE))) {
        copySlot(slot - SLOT_BYTES, slot);
        slot -= SLOT_BYTES;
      }
      Memory.putLong(slot, code);
      Memory.putLong(slot + NODE, node);
    }
  }

  private static void copySlot(long from, long to) {
    Memory.putLong(to, Memory.getLong(from));
    Memory.putLong(to + NODE, Memory.getLong(from + NODE));
  }

  private static void merge(long from, long to, long start, long middle, long end) {
    long left = from + start * SLOT_BYTES;
    long leftEnd = from + middle * SLOT_BYTES;
    long right = leftEnd;
    long rightEnd = from + end * SLOT_BYTES;
    long out = to + start * SLOT_BYTES;
    if (right < rightEnd && isBefore(right, leftEnd - SLOT_BYTES)) {
      while (left < leftEnd && right < rightEnd) {
        boolean takeRight = isBefore(right, left);
        copySlot(takeRight ? right : left, out);
        right += takeRight ? SLOT_BYTES : 0;
        left += takeRight ? 0 : SLOT_BYTES;
        out += SLOT_BYTES;
      }
    }
    Memory.copy(left, out, leftEnd - left);
    Memory.copy(right, out + (leftEnd - left), rightEnd - right);
  }

  private final class Cursor extends NodeCursor {
    private int at = -1;

    @Override
    long node() {
      return at < 0 || at >= points ? 0 : ReplayBuffer.this.node(at);
    }

    /** The first slot whose entry is not before, or with a bias of 1 after, (key, sequence). */
    private int search(long keyAddress, int keyLength, long sequence, int bias) {
      int low = 0;
      int high = points;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (EntryTree.order(ReplayBuffer.this.node(middle), keyAddress, keyLength, sequence)
            < bias) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    public void seek(long keyAddress, int keyLength, long sequence) {
      at = search(keyAddress, keyLength, sequence, 0);
    }

    @Override
    public void seekForPrev(long keyAddress, int keyLength, long sequence) {
      at = search(keyAddress, keyLength, sequence, 1) - 1;
    }

    @Override
    public void first() {
      at = 0;
    }

    @Override
    public void last() {
      at = points - 1;
    }

    @Override
    public void next() {
      at++;
    }

    @Override
    public void previous() {
      at--;
    }

    @Override
    public long maxSequence() {
      return maxSequence;
    }

    @Override
    public void close() {
      at = -1;
    }
  }
}
