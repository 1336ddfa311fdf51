package io.velocitydb.engine.cursor;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import java.util.List;

/**
 * What one snapshot sees of many versions: of each key the newest version up to its sequence,
 * unless that is a tombstone, is covered by a range tombstone, or has expired at its time.
 *
 * <p>What is hidden is skipped by seeks where stepping would take long: ranges that a tombstone
 * covers, and the versions of a key that has many. Walking backward meets the versions of a key
 * oldest first, so entries are copied; walking forward they are shown where they lie.
 */
public final class VisibleCursor implements Cursor {
  /** Hidden versions of one key that are stepped over before a seek is tried instead. */
  private static final int MAX_STEPS = 8;

  /** Covered keys in a row that are stepped over before the range is skipped. */
  private static final int MAX_COVERED = 2;

  private final MergingCursor entries;
  private final CoveringTombstones tombstones;
  private final long snapshot;
  private final long timeMs;
  private final KeyRange range;
  private final boolean reverse;
  private final LargeValueSource largeValues;
  private final Runnable onClose;
  private final NativeBuffer key;
  private final NativeBuffer value;
  private final NativeBuffer target;
  private final BlockPin large;

  private int keyLength;
  private boolean keyAnswered;
  private int covered;
  private Runnable onLongWay = () -> {};
  private int longWay = Integer.MAX_VALUE;
  private int stepsOfMove;
  private boolean started;
  private boolean moving;
  private boolean valid;
  private boolean closed;
  private boolean loaded;

  // The entry shown when walking backward.
  private byte kind;
  private byte encoding;
  private long sequence;
  private long expiresAtMs;
  private int valueLength;

  /**
   * @param entries all versions; closed with this cursor
   * @param tombstones of the same sources
   * @param snapshot the last sequence that is seen
   * @param timeMs when expiry is judged
   * @param reverse whether it walks from the range's end to its start
   * @param largeValues brings values that lie in blob files
   * @param onClose runs once, after everything else was given back
   */
  public VisibleCursor(
      MergingCursor entries,
      List<RangeTombstones> tombstones,
      NativeMemory memory,
      long snapshot,
      long timeMs,
      KeyRange range,
      boolean reverse,
      LargeValueSource largeValues,
      Runnable onClose) {
    this.entries = entries;
    this.tombstones = new CoveringTombstones(tombstones, snapshot);
    this.snapshot = snapshot;
    this.timeMs = timeMs;
    this.range = range;
    this.reverse = reverse;
    this.largeValues = largeValues;
    this.onClose = onClose;
    key = new NativeBuffer(memory, MemoryTag.CURSOR);
    value = new NativeBuffer(memory, MemoryTag.CURSOR);
    target = new NativeBuffer(memory, MemoryTag.CURSOR);
    large = new BlockPin(memory);
  }

  /**
   * Has somebody told, at most once, that one move stepped over much that is hidden.
   *
   * @param entries from so many on, about
   */
  public VisibleCursor onLongWay(int entries, Runnable action) {
    longWay = entries;
    onLongWay = action;
    return this;
  }

  @Override
  public boolean next() {
    beginMove();
    boolean found = move();
    endMove();
    return found;
  }

  private void endMove() {
    moving = false;
    if (stepsOfMove >= longWay) {
      longWay = Integer.MAX_VALUE;
      onLongWay.run();
    }
  }

  private boolean move() {
    if (!started) {
      return reverse ? startBackward() : startForward();
    }
    if (!valid) {
      return false;
    }
    if (reverse) {
      return findBackward();
    }
    copyKey();
    keyAnswered = true;
    entries.next();
    return findForward();
  }

  @Override
  public boolean seek(byte[] wanted) {
    beginMove();
    boolean found = moveTo(wanted);
    endMove();
    return found;
  }

  private boolean moveTo(byte[] wanted) {
    byte[] end = range.end();
    if (reverse ? end != null && compare(wanted, end) >= 0 : compare(wanted, range.start()) < 0) {
      return reverse ? startBackward() : startForward();
    }
    begin();
    long address = copyTarget(wanted);
    if (reverse) {
      entries.seekForPrev(address, wanted.length, 0);
      return findBackward();
    }
    entries.seek(address, wanted.length, InternalKey.MAX_SEQUENCE);
    return findForward();
  }

  private static int compare(byte[] a, byte[] b) {
    return java.util.Arrays.compareUnsigned(a, b);
  }

  private boolean startForward() {
    begin();
    byte[] start = range.start();
    entries.seek(copyTarget(start), start.length, InternalKey.MAX_SEQUENCE);
    return findForward();
  }

  private boolean startBackward() {
    begin();
    byte[] end = range.end();
    if (end == null) {
      entries.last();
    } else {
      entries.seekForPrev(copyTarget(end), end.length, InternalKey.MAX_SEQUENCE);
    }
    return findBackward();
  }

  private void begin() {
    started = true;
    valid = false;
    keyAnswered = false;
    covered = 0;
  }

  private long copyTarget(byte[] bytes) {
    long address = target.reserve(bytes.length);
    Memory.copy(bytes, 0, address, bytes.length);
    return address;
  }

  private void copyKey() {
    keyLength = entries.keyLength();
    Memory.copy(entries.keyAddress(), key.reserve(keyLength), keyLength);
  }

  private boolean atCopiedKey() {
    return Memory.compare(entries.keyAddress(), entries.keyLength(), key.address(), keyLength) == 0;
  }

  // ------------------------------------------------------------------ forward

  private boolean findForward() {
    valid = false;
    byte[] end = range.end();
    int steps = 0;
    while (entries.valid()) {
      stepsOfMove++;
      long address = entries.keyAddress();
      int length = entries.keyLength();
      if (end != null && Memory.compare(address, length, end) >= 0) {
        return false;
      }
      if (keyAnswered && atCopiedKey()) {
        if (++steps > MAX_STEPS) {
          entries.seek(key.address(), keyLength, 0);
          steps = 0;
        } else {
          entries.next();
        }
        continue;
      }
      if (entries.sequence() > snapshot) {
        if (++steps > MAX_STEPS) {
          copyKey();
          keyAnswered = false;
          entries.seek(key.address(), keyLength, snapshot);
          steps = 0;
        } else {
          entries.next();
        }
        continue;
      }
      steps = 0;
      // The newest version that is seen of a new key.
      long covering = tombstones.covering(address, length);
      if (covering > entries.sequence()) {
        if (++covered > MAX_COVERED && skipForward(covering)) {
          covered = 0;
          continue;
        }
      } else {
        covered = 0;
        if (EntryKind.isValue(entries.kind())
            && !InternalKey.expired(entries.expiresAtMs(), timeMs)) {
          valid = true;
          return true;
        }
      }
      copyKey();
      keyAnswered = true;
      entries.next();
    }
    return false;
  }

  private boolean skipForward(long covering) {
    return entries.skipForward(covering, tombstones.upper(), tombstones.upperLength());
  }

  // ------------------------------------------------------------------ backward

  private boolean findBackward() {
    valid = false;
    byte[] start = range.start();
    while (entries.valid()) {
      stepsOfMove++;
      if (Memory.compare(entries.keyAddress(), entries.keyLength(), start) < 0) {
        return false;
      }
      copyKey();
      if (!copyNewest()) {
        continue;
      }
      long covering = tombstones.covering(key.address(), keyLength);
      if (covering > sequence) {
        if (++covered > MAX_COVERED
            && entries.valid()
            && entries.skipBackward(covering, tombstones.lower(), tombstones.lowerLength())) {
          covered = 0;
        }
        continue;
      }
      covered = 0;
      if (EntryKind.isValue(kind) && !InternalKey.expired(expiresAtMs, timeMs)) {
        valid = true;
        return true;
      }
    }
    return false;
  }

  /**
   * Copies the newest version that is seen of the copied key, and goes to the key before. False
   * when none is seen.
   */
  private boolean copyNewest() {
    boolean seen = false;
    int steps = 0;
    while (entries.valid() && atCopiedKey()) {
      if (++steps > MAX_STEPS) {
        entries.seek(key.address(), keyLength, snapshot);
        if (entries.valid() && atCopiedKey()) {
          copyEntry();
          seen = true;
        }
        entries.seekForPrev(key.address(), keyLength, InternalKey.MAX_SEQUENCE);
        return seen;
      }
      if (entries.sequence() <= snapshot) {
        copyEntry();
        seen = true;
      }
      entries.previous();
    }
    return seen;
  }

  private void copyEntry() {
    kind = entries.kind();
    encoding = entries.encoding();
    sequence = entries.sequence();
    expiresAtMs = entries.expiresAtMs();
    valueLength = entries.valueLength();
    Memory.copy(entries.valueAddress(), value.reserve(valueLength), valueLength);
  }

  // ------------------------------------------------------------------ the entry

  /** After a move that threw, nothing is known; an end of the range must not be taken from it. */
  private void beginMove() {
    if (closed || moving) {
      throw new IllegalStateException(
          closed ? "the cursor is closed" : "an earlier move of the cursor failed");
    }
    moving = true;
    stepsOfMove = 0;
    if (loaded) {
      loaded = false;
      large.release();
    }
  }

  private void checkValid() {
    if (!valid) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
  }

  @Override
  public long keyAddress() {
    checkValid();
    return reverse ? key.address() : entries.keyAddress();
  }

  @Override
  public int keyLength() {
    checkValid();
    return reverse ? keyLength : entries.keyLength();
  }

  @Override
  public long valueAddress() {
    checkValid();
    return isLarge() ? loadedValue().address() : storedValueAddress();
  }

  private boolean isLarge() {
    return (reverse ? kind : entries.kind()) == EntryKind.BLOB;
  }

  private long storedValueAddress() {
    return reverse ? value.address() : entries.valueAddress();
  }

  private int storedValueLength() {
    return reverse ? valueLength : entries.valueLength();
  }

  private BlockPin loadedValue() {
    if (!loaded) {
      largeValues.read(storedValueAddress(), storedValueLength(), large);
      loaded = true;
    }
    return large;
  }

  @Override
  public int valueLength() {
    checkValid();
    return isLarge() ? loadedValue().length() : storedValueLength();
  }

  @Override
  public byte encoding() {
    checkValid();
    return reverse ? encoding : entries.encoding();
  }

  @Override
  public long version() {
    checkValid();
    return reverse ? sequence : entries.sequence();
  }

  @Override
  public long expiresAtMs() {
    checkValid();
    return reverse ? expiresAtMs : entries.expiresAtMs();
  }

  @Override
  public byte[] key() {
    return Memory.bytes(keyAddress(), keyLength());
  }

  @Override
  public byte[] value() {
    return Memory.bytes(valueAddress(), valueLength());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      valid = false;
      entries.close();
      key.close();
      value.close();
      target.close();
      large.close();
      onClose.run();
    }
  }
}
