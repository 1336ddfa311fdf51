package io.velocitydb.engine.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A file's contents twice: as a process sees them, and as far as they are certainly on the disk;
 * between the two, every version that each sector and the length had since the last sync. Guarded
 * by its {@link SimVfs}.
 */
final class SimInode implements SimNode {
  static final int SECTOR_BYTES = 512;
  private static final int ALLOCATION_BYTES = 4096;
  private static final int VERSIONS_KEPT = 4;
  private static final byte[] ZEROS = new byte[SECTOR_BYTES];

  private byte[] cached = new byte[0];
  private int cachedLength;
  private byte[] durable = new byte[0];
  private int durableLength;

  /** Sector number to its versions since the last sync, oldest first. */
  private final TreeMap<Integer, List<byte[]>> dirty = new TreeMap<>();

  /** Lengths since the last sync, oldest first. */
  private final List<Integer> lengths = new ArrayList<>();

  private final BitSet allocated = new BitSet();

  int length() {
    return cachedLength;
  }

  long allocatedBytes() {
    return (long) allocated.cardinality() * ALLOCATION_BYTES;
  }

  /** How many of {@code length} bytes at {@code position} fit into {@code space} new bytes. */
  int fitting(long position, int length, long space) {
    long left = space;
    for (long at = position; at < position + length; ) {
      int block = (int) (at / ALLOCATION_BYTES);
      if (!allocated.get(block)) {
        if (left < ALLOCATION_BYTES) {
          return (int) (at - position);
        }
        left -= ALLOCATION_BYTES;
      }
      at = (block + 1L) * ALLOCATION_BYTES;
    }
    return length;
  }

  /** Whether there are bytes, and room for them on the disk. */
  boolean has(int position, int length) {
    int block = position / ALLOCATION_BYTES;
    return position + length <= cachedLength
        && allocated.nextClearBit(block) > (position + length - 1) / ALLOCATION_BYTES;
  }

  int read(long position, byte[] into, int length) {
    if (position >= cachedLength) {
      return 0;
    }
    int n = (int) Math.min(length, cachedLength - position);
    System.arraycopy(cached, (int) position, into, 0, n);
    return n;
  }

  void write(long position, byte[] bytes, int length) {
    if (length == 0) {
      return;
    }
    int end = Math.toIntExact(position + length);
    if (end > cached.length) {
      cached = Arrays.copyOf(cached, Math.max(end, Math.max(SECTOR_BYTES, cached.length * 2)));
    }
    System.arraycopy(bytes, 0, cached, (int) position, length);
    if (end > cachedLength) {
      cachedLength = end;
      noteLength();
    }
    allocated.set((int) (position / ALLOCATION_BYTES), (end - 1) / ALLOCATION_BYTES + 1);
    noteSectors((int) position, end);
  }

  void truncate(long length) {
    int target = Math.toIntExact(length);
    int before = cachedLength;
    if (target < before) {
      Arrays.fill(cached, target, before, (byte) 0);
      allocated.clear(
          (target + ALLOCATION_BYTES - 1) / ALLOCATION_BYTES,
          Math.max(
              (target + ALLOCATION_BYTES - 1) / ALLOCATION_BYTES,
              (before + ALLOCATION_BYTES - 1) / ALLOCATION_BYTES));
      noteSectors(target, before);
    } else if (target > cached.length) {
      cached = Arrays.copyOf(cached, target);
    }
    cachedLength = target;
    noteLength();
  }

  private void noteLength() {
    lengths.add(cachedLength);
    if (lengths.size() > VERSIONS_KEPT) {
      lengths.removeFirst();
    }
  }

  private void noteSectors(int from, int to) {
    for (int sector = from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
      List<byte[]> versions = dirty.get(sector);
      if (versions == null) {
        if (isDurable(sector)) {
          continue; // above all zeros where there was nothing: the disk cannot tell the difference
        }
        versions = new ArrayList<>(1);
        dirty.put(sector, versions);
      }
      versions.add(sectorOf(cached, sector));
      if (versions.size() > VERSIONS_KEPT) {
        versions.removeFirst();
      }
    }
  }

  /** Whether the disk has what a process sees, nothing counting as zeros. */
  private boolean isDurable(int sector) {
    int start = sector * SECTOR_BYTES;
    int end = start + SECTOR_BYTES;
    int cachedEnd = Math.clamp(end, start, Math.max(start, cached.length));
    int durableEnd = Math.clamp(end, start, Math.max(start, durable.length));
    int common = Math.min(cachedEnd, durableEnd);
    return (common == start || Arrays.equals(cached, start, common, durable, start, common))
        && (cachedEnd == common
            || Arrays.equals(cached, common, cachedEnd, ZEROS, 0, cachedEnd - common))
        && (durableEnd == common
            || Arrays.equals(durable, common, durableEnd, ZEROS, 0, durableEnd - common));
  }

  private static byte[] sectorOf(byte[] contents, int sector) {
    int start = sector * SECTOR_BYTES;
    if (start >= contents.length) {
      return ZEROS;
    }
    byte[] copy = new byte[SECTOR_BYTES];
    System.arraycopy(contents, start, copy, 0, Math.min(SECTOR_BYTES, contents.length - start));
    return copy;
  }

  void sync() {
    if (durable.length < cachedLength) {
      durable = Arrays.copyOf(durable, cached.length);
    }
    if (cachedLength < durableLength) {
      Arrays.fill(durable, cachedLength, durableLength, (byte) 0);
    }
    for (int sector : dirty.keySet()) {
      place(durable, sector, sectorOf(cached, sector), cachedLength);
    }
    durableLength = cachedLength;
    dirty.clear();
    lengths.clear();
  }

  private static void place(byte[] contents, int sector, byte[] bytes, int length) {
    int start = sector * SECTOR_BYTES;
    int n = Math.min(SECTOR_BYTES, length - start);
    if (n > 0) {
      System.arraycopy(bytes, 0, contents, start, n);
    }
  }

  /**
   * A sync that failed: the system forgets that the pages are dirty, so that no later sync writes
   * them, whether or not they reached the disk.
   */
  void failSync(Random random) {
    boolean lengthKept = random.nextBoolean();
    int length = lengthKept ? cachedLength : durableLength;
    byte[] mixed = Arrays.copyOf(durable, Math.max(durable.length, length));
    for (int sector : dirty.keySet()) {
      if (random.nextBoolean()) {
        place(mixed, sector, sectorOf(cached, sector), length);
      }
    }
    Arrays.fill(mixed, length, mixed.length, (byte) 0);
    durable = mixed;
    durableLength = length;
    dirty.clear();
    lengths.clear();
  }

  /** What a power loss leaves becomes the contents. */
  void powerLoss(SimVfs.Luck luck) {
    List<Integer> possible = new ArrayList<>();
    possible.add(durableLength);
    possible.addAll(lengths);
    int length = possible.get(luck.pick(possible.size()));
    byte[] after = new byte[length];
    System.arraycopy(durable, 0, after, 0, Math.min(length, durableLength));
    for (Map.Entry<Integer, List<byte[]>> entry : dirty.entrySet()) {
      List<byte[]> versions = entry.getValue();
      int choice = luck.pick(versions.size() + 1);
      int sector = entry.getKey();
      if (choice > 0) {
        place(after, sector, versions.get(choice - 1), length);
      } else if (sector * SECTOR_BYTES >= durableLength && luck.garbage()) {
        byte[] garbage = new byte[SECTOR_BYTES];
        luck.random().nextBytes(garbage);
        place(after, sector, garbage, length);
      }
    }
    settle(after);
  }

  /** Makes {@code bytes} the contents, durably. */
  void settle(byte[] bytes) {
    cached = bytes;
    cachedLength = bytes.length;
    durable = bytes.clone();
    durableLength = bytes.length;
    dirty.clear();
    lengths.clear();
    allocated.clear();
    allocated.set(0, (bytes.length + ALLOCATION_BYTES - 1) / ALLOCATION_BYTES);
  }

  byte[] contents() {
    return Arrays.copyOf(cached, cachedLength);
  }

  byte[] durableContents() {
    return Arrays.copyOf(durable, durableLength);
  }
}
