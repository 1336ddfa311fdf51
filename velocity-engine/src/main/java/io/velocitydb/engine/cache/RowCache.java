package io.velocitydb.engine.cache;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.concurrent.atomic.LongAdder;

/**
 * Small entries that are read again and again, close together: one of them takes three lines of
 * memory, where the way through filter, index and block takes a dozen. Thread-safe; nobody waits.
 *
 * <p>A row says what one file has of one key, which never changes. Whether that is the answer is
 * for the reader to judge: by the runs above the file, and by range tombstones.
 *
 * <p>The rows of keys whose hashes are alike share a set: its first line has a word for each of its
 * cells, with a part of the hash and the number of readers, and a memory of the last hashes that
 * were read but have no row. Only a key that is met there gets one, so that what is read once costs
 * a look and nothing else. It takes the place of a row that was not read since it was last looked
 * at for this reason (CLOCK, in each set for itself).
 */
public final class RowCache implements BlockPin.Lender {
  /** No row. */
  public static final int NONE = 0;

  /** Bytes of key and value together, beyond which an entry gets no row. */
  public static final int MOST_ENTRY_BYTES = 160;

  private static final int WAYS = 14;
  private static final int RECENT = WAYS * Integer.BYTES;
  private static final int CELLS = 64;
  private static final int CELL_BYTES = 192;
  private static final int SET_BYTES = CELLS + WAYS * CELL_BYTES;

  private static final int PINS = 0x3FFF;
  private static final int READ = 0x4000;
  private static final int LIVE = 0x8000;
  private static final int HASH = 0xFFFF_0000;

  /** No pins, no hash, not live: being written. Differs from zero, which is an empty cell. */
  private static final int WRITTEN = READ;

  private static final int FILE = 0;
  private static final int SEQUENCE = 8;
  private static final int EXPIRES = 16;
  private static final int KEY_LENGTH = 24;
  private static final int KIND = 26;
  private static final int ENCODING = 27;
  private static final int VALUE_LENGTH = 28;
  private static final int KEY = 32;

  private static final long LOW = 0x0001_0001_0001_0001L;
  private static final long HIGH = 0x8000_8000_8000_8000L;

  private final NativeMemory memory;
  private final int sets;
  private final long bytes;
  private final long base;
  private final LongAdder hits = new LongAdder();

  /**
   * @param bytes that it may take, rounded down to whole sets
   */
  RowCache(NativeMemory memory, long bytes) {
    this.memory = memory;
    sets = Math.clamp((bytes - NativeBuffer.PADDING) / SET_BYTES, 0, Integer.MAX_VALUE / WAYS - 1);
    this.bytes = sets == 0 ? 0 : (long) sets * SET_BYTES + NativeBuffer.PADDING;
    base = sets == 0 ? 0 : memory.allocateZeroed(this.bytes, MemoryTag.BLOCK_CACHE);
  }

  long bytes() {
    return bytes;
  }

  CacheStats stats() {
    return new CacheStats(0, bytes, hits.sum(), 0, 0, 0);
  }

  private int setNumber(long hash) {
    return (int) (((hash >>> 32) * sets) >>> 32);
  }

  private long set(int number) {
    return base + (long) number * SET_BYTES;
  }

  /** Hashes of a set share their upper half, so this is of the lower one; never 0. */
  private static int part(long hash) {
    int part = (int) hash & HASH;
    return part == 0 ? HASH : part;
  }

  private long setOf(int place) {
    return set((place - 1) / WAYS);
  }

  private long state(int place) {
    return setOf(place) + (long) ((place - 1) % WAYS) * Integer.BYTES;
  }

  private long cell(int place) {
    return setOf(place) + CELLS + (long) ((place - 1) % WAYS) * CELL_BYTES;
  }

  /**
   * Where a row of a key may be.
   *
   * @param hash {@link io.velocitydb.engine.checksum.KeyHash} of the key
   * @return a place; or {@link #NONE}
   */
  public int find(long hash) {
    if (sets == 0) {
      return NONE;
    }
    int number = setNumber(hash);
    long set = set(number);
    int wanted = part(hash) | LIVE;
    for (int way = 0; way < WAYS; way++) {
      if ((Memory.getInt(set + (long) way * Integer.BYTES) & (HASH | LIVE)) == wanted) {
        return number * WAYS + way + 1;
      }
    }
    return NONE;
  }

  /**
   * Pins a row, if it is still that of a file and a key, and can be seen.
   *
   * @param place that {@link #find} answered
   * @param maxSequence newer entries are not seen
   * @param into borrows the row, which {@link Row} reads
   * @return whether it did
   */
  public boolean pin(
      int place, long file, long keyAddress, int keyLength, long maxSequence, BlockPin into) {
    long state = state(place);
    int before;
    do {
      before = Memory.getIntAcquire(state);
      if ((before & LIVE) == 0 || (before & PINS) == PINS) {
        return false;
      }
    } while (!Memory.compareAndSetInt(state, before, (before + 1) | READ));
    long cell = cell(place);
    if (Memory.getLong(cell + FILE) != file
        || Memory.getLong(cell + SEQUENCE) > maxSequence
        || !isKey(cell, keyAddress, keyLength)) {
      giveBack(place);
      return false;
    }
    hits.increment();
    into.borrow(cell, KEY + keyLength + Row.valueLength(cell), this, place);
    return true;
  }

  private static boolean isKey(long cell, long keyAddress, int keyLength) {
    return (Memory.getShort(cell + KEY_LENGTH) & 0xFFFF) == keyLength
        && Memory.commonPrefix(cell + KEY, keyAddress, keyLength) == keyLength;
  }

  @Override
  public void giveBack(int place) {
    int before = Memory.getAndAddInt(state(place), -1);
    assert (before & PINS) > 0;
  }

  /** Reads a row that a pin holds. */
  public static final class Row {
    private Row() {}

    public static long sequence(long row) {
      return Memory.getLong(row + SEQUENCE);
    }

    public static long expiresAtMs(long row) {
      return Memory.getLong(row + EXPIRES);
    }

    public static byte kind(long row) {
      return Memory.getByte(row + KIND);
    }

    public static byte encoding(long row) {
      return Memory.getByte(row + ENCODING);
    }

    public static long valueAddress(long row) {
      return row + KEY + (Memory.getShort(row + KEY_LENGTH) & 0xFFFF);
    }

    public static int valueLength(long row) {
      return Memory.getInt(row + VALUE_LENGTH);
    }
  }

  /**
   * Says that an entry was read from a file, in which it is the newest of its key. If the key was
   * here lately, and the entry is small, it gets a row.
   *
   * @param hash {@link io.velocitydb.engine.checksum.KeyHash} of the key
   * @param file {@link CachedFile#number()}
   */
  public void offer(
      long hash,
      long file,
      long keyAddress,
      int keyLength,
      byte kind,
      long sequence,
      byte encoding,
      long expiresAtMs,
      long valueAddress,
      int valueLength) {
    if (sets == 0 || keyLength + valueLength > MOST_ENTRY_BYTES || !wasHereLately(hash)) {
      return;
    }
    int place = takeCell(hash, file, keyAddress, keyLength);
    if (place == NONE) {
      return;
    }
    long cell = cell(place);
    Memory.putLong(cell + FILE, file);
    Memory.putLong(cell + SEQUENCE, sequence);
    Memory.putLong(cell + EXPIRES, expiresAtMs);
    Memory.putShort(cell + KEY_LENGTH, (short) keyLength);
    Memory.putByte(cell + KIND, kind);
    Memory.putByte(cell + ENCODING, encoding);
    Memory.putInt(cell + VALUE_LENGTH, valueLength);
    Memory.copy(keyAddress, cell + KEY, keyLength);
    Memory.copy(valueAddress, cell + KEY + keyLength, valueLength);
    Memory.putIntRelease(state(place), part(hash) | LIVE);
  }

  /** Remembers a key, at the cost of one that came before; whether it was remembered already. */
  private boolean wasHereLately(long hash) {
    long at = set(setNumber(hash)) + RECENT;
    long recent = Memory.getLong(at);
    long part = part(hash) >>> 16 & 0xFFFFL;
    // A lane of 16 bits that is zero now was equal (H. S. Warren, Hacker's Delight, 6-1).
    long differences = recent ^ (part * LOW);
    if (((differences - LOW) & ~differences & HIGH) != 0) {
      return true;
    }
    Memory.putLong(at, (recent << 16) | part);
    return false;
  }

  /** A cell that nobody else can find or take until it is published; none if all are in use. */
  private int takeCell(long hash, long file, long keyAddress, int keyLength) {
    int first = setNumber(hash) * WAYS + 1;
    int own = part(hash) | LIVE;
    for (int place = first; place < first + WAYS; place++) {
      int state = Memory.getIntAcquire(state(place));
      // Whoever writes it at this moment may make this a wrong guess, which only costs the row.
      if ((state & (HASH | LIVE)) == own && isKey(cell(place), keyAddress, keyLength)) {
        return Memory.getLong(cell(place) + FILE) != file && take(place, state) ? place : NONE;
      }
    }
    int start = (int) (hash >>> 8) & 0xFF;
    for (int i = 0; i < WAYS; i++) {
      int place = first + (start + i) % WAYS;
      int state = Memory.getIntAcquire(state(place));
      if ((state & READ) == 0 && take(place, state)) {
        return place;
      }
      if ((state & LIVE) != 0) {
        // If a reader comes between, it stays as it is.
        Memory.compareAndSetInt(state(place), state, state & ~READ);
      }
    }
    return NONE;
  }

  private boolean take(int place, int state) {
    return (state & PINS) == 0
        && state != WRITTEN
        && Memory.compareAndSetInt(state(place), state, WRITTEN);
  }

  /** Readers that hold a row. */
  int held() {
    int pins = 0;
    for (int place = 1; place <= sets * WAYS; place++) {
      pins += Memory.getIntAcquire(state(place)) & PINS;
    }
    return pins;
  }

  void close() {
    if (bytes > 0) {
      memory.free(base, bytes, MemoryTag.BLOCK_CACHE);
    }
  }
}
