package io.velocitydb.engine.cache;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.concurrent.atomic.LongAdder;

/**
 * A part of a {@link BlockCache}. What is found is found without a lock; what comes in, and pushes
 * others out, takes the monitor, since it has just waited for a file.
 *
 * <p>The policy is S3-FIFO (J. Yang et al., "FIFO queues are all you need for cache eviction", SOSP
 * 2023): a block comes into a small queue, a tenth of the whole, and gets into the main one only if
 * it was hit again before it reached the end, or was thrown out lately. So a scan, which meets each
 * block once, passes through the tenth. A hit only adds to a counter, where an LRU list would need
 * a lock. Blocks that are pinned at the end of a queue go to the front again.
 */
final class CacheShard implements BlockPin.Lender {
  /** Hits in the small queue that make a block stay. */
  private static final int HITS_TO_STAY = 1;

  private static final int SMALL_SHARE = 10;
  private static final int MOST_PROBES = 64;

  /** Blocks smaller than this on average fill the entries before they fill the bytes. */
  private static final int BYTES_PER_ENTRY = 2048;

  private static final int LEAST_ENTRIES = 16;

  private final NativeMemory memory;
  private final Entries entries;
  private final CacheTable table;
  private final FifoQueue small;
  private final FifoQueue main;
  private final int ghostMask;
  private final long ghosts;
  private final long overhead;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  // Guarded by the monitor.
  private int free;
  private int untouched = 1;
  private final int count;
  private final GhostSample sample;
  private long smallBytes;
  private long bytes;
  private long blocks;
  private long inserted;
  private long evicted;
  private boolean closed;

  CacheShard(NativeMemory memory, long most, long step) {
    this.memory = memory;
    sample = new GhostSample(memory, step);
    count = (int) Math.clamp(most / BYTES_PER_ENTRY, LEAST_ENTRIES, 1L << 26);
    int slots = Integer.highestOneBit(count) * 2;
    entries = new Entries(memory, count);
    table = new CacheTable(memory, entries, slots * 2, MOST_PROBES);
    ghosts = memory.allocateZeroed((long) slots * Integer.BYTES, MemoryTag.BLOCK_CACHE);
    ghostMask = slots - 1;
    small = new FifoQueue(entries);
    main = new FifoQueue(entries);
    overhead =
        Entries.bytesFor(count) + table.bytes() + (long) slots * Integer.BYTES + sample.bytes();
  }

  boolean pin(long key, long hash, BlockPin into) {
    int entry = table.pin(key, hash);
    if (entry == 0) {
      return false;
    }
    hits.increment();
    into.borrow(entries.address(entry), entries.length(entry), this, entry);
    return true;
  }

  int expect(long hash) {
    return table.firstCandidate(hash);
  }

  long ask(int expected) {
    return expected == 0 ? 0 : entries.key(expected);
  }

  @Override
  public void giveBack(int entry) {
    entries.unpin(entry);
  }

  private static long charge(int length) {
    return (long) length + NativeBuffer.PADDING;
  }

  private void giveMemoryBack(int entry) {
    memory.free(entries.address(entry), charge(entries.length(entry)), MemoryTag.BLOCK_CACHE);
  }

  /** Puts a copy of a block inside, if there can be room for it. */
  void offer(long key, long hash, long from, int length, long limit) {
    misses.increment();
    long charge = charge(length);
    long room = limit - overhead;
    if (charge > room / 2) {
      return;
    }
    long copy = memory.allocate(charge, MemoryTag.BLOCK_CACHE);
    Memory.copy(from, copy, length);
    Memory.fill(copy + length, NativeBuffer.PADDING, (byte) 0);
    if (!insert(key, hash, copy, length, room)) {
      memory.free(copy, charge, MemoryTag.BLOCK_CACHE);
    }
  }

  private synchronized boolean insert(long key, long hash, long address, int length, long room) {
    long charge = charge(length);
    if (table.contains(key, hash)) {
      return false;
    }
    sample.missed(hash);
    if (!makeRoom(charge, room)) {
      return false;
    }
    int entry = takeFree();
    entries.publish(entry, key, address, length);
    if (!table.add(entry, hash)) {
      // Too many blocks of the neighbourhood; without a place in the table it is of no use.
      entries.free(entry);
      giveBackEntry(entry);
      return false;
    }
    if (wasThrownOut(hash)) {
      main.add(entry);
    } else {
      small.add(entry);
      smallBytes += charge;
    }
    bytes += charge;
    blocks++;
    inserted++;
    return true;
  }

  private int takeFree() {
    int entry = free;
    if (entry != 0) {
      free = entries.next(entry);
      return entry;
    }
    return untouched++;
  }

  private void giveBackEntry(int entry) {
    entries.next(entry, free);
    free = entry;
  }

  /**
   * Throws blocks out until {@code charge} bytes and an entry are free; false if all are pinned.
   */
  private boolean makeRoom(long charge, long room) {
    // Each step takes a hit away, moves a block to the main queue, or throws one out; what goes
    // round and round is pinned.
    long steps = (Entries.MOST_HITS + 2) * (blocks + 1);
    while (bytes + charge > room || (free == 0 && untouched > count)) {
      if (blocks == 0 || --steps < 0) {
        return false;
      }
      if (!small.isEmpty() && (smallBytes > room / SMALL_SHARE || main.isEmpty())) {
        leaveSmall();
      } else {
        leaveMain();
      }
    }
    return true;
  }

  private void leaveSmall() {
    int entry = small.take();
    smallBytes -= charge(entries.length(entry));
    boolean stays = entries.hits(entry) > HITS_TO_STAY;
    if (stays || !throwOut(entry, true)) {
      for (int hit = entries.hits(entry); stays && hit > 0; hit--) {
        entries.takeHit(entry);
      }
      main.add(entry);
    }
  }

  private void leaveMain() {
    int entry = main.take();
    if (entries.hits(entry) > 0) {
      entries.takeHit(entry);
      main.add(entry);
    } else if (!throwOut(entry, false)) {
      main.add(entry);
    }
  }

  /** Frees an entry, unless it is pinned. */
  private boolean throwOut(int entry, boolean remember) {
    long key = entries.key(entry);
    if (!entries.free(entry)) {
      return false;
    }
    long hash = BlockCache.hash(key);
    table.remove(entry, hash);
    if (remember) {
      Memory.putInt(ghost(hash), fingerprint(hash));
    }
    long charge = charge(entries.length(entry));
    sample.thrownOut(hash, charge);
    bytes -= charge;
    blocks--;
    evicted++;
    giveMemoryBack(entry);
    giveBackEntry(entry);
    return true;
  }

  private long ghost(long hash) {
    return ghosts + ((int) (hash >>> 8) & ghostMask) * (long) Integer.BYTES;
  }

  private static int fingerprint(long hash) {
    return (int) (hash >>> 32) | 1;
  }

  private boolean wasThrownOut(long hash) {
    long ghost = ghost(hash);
    if (Memory.getInt(ghost) != fingerprint(hash)) {
      return false;
    }
    Memory.putInt(ghost, 0);
    return true;
  }

  /** Throws blocks out until no more than {@code limit} bytes are used, or all are pinned. */
  synchronized void trim(long limit) {
    if (!closed) {
      makeRoom(0, limit - overhead);
    }
  }

  synchronized CacheStats stats() {
    return new CacheStats(blocks, overhead + bytes, hits.sum(), misses.sum(), inserted, evicted);
  }

  synchronized void addFoundWithMore(long[] sums) {
    sample.addTo(sums);
  }

  /** Frees everything; nobody may look for a block, nor hold one. */
  synchronized void close() {
    closed = true;
    while (!small.isEmpty()) {
      giveMemoryBack(small.take());
    }
    while (!main.isEmpty()) {
      giveMemoryBack(main.take());
    }
    entries.close();
    table.close();
    sample.close();
    memory.free(ghosts, (ghostMask + 1L) * Integer.BYTES, MemoryTag.BLOCK_CACHE);
  }
}
