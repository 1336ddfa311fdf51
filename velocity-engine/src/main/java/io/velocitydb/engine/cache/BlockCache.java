package io.velocitydb.engine.cache;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Blocks in memory off the heap, up to a number of bytes. Thread-safe.
 *
 * <p>Split into shards by key; see {@link CacheShard} for the policy. When it is closed, its memory
 * goes with the last {@link CachedFile} that is closed, so that readers who are still inside end
 * well.
 */
public final class BlockCache implements AutoCloseable {
  private static final int MOST_SHARDS = 16;

  /** A shard smaller than this could not hold a few blocks of usual size. */
  private static final long LEAST_SHARD_BYTES = 256 * 1024;

  /** What cursors read ahead lies beside the cache, and is little in comparison. */
  private static final int READ_AHEAD_SHARE = 16;

  /** Rows take the place of that many blocks at most, so that they are for what is hot. */
  private static final int ROW_SHARE = 32;

  private static final long MOST_ROW_BYTES = 64L << 20;

  /** Blocks that a file can have; a file of blocks of 4 KiB may so have 64 GiB. */
  public static final int BLOCK_BITS = 24;

  private final CacheShard[] shards;
  private final RowCache rows;
  private final long most;
  private final LongSupplier limit;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong users = new AtomicLong(1);

  /**
   * @param most bytes that it never exceeds, blocks, rows and their administration
   * @param limit bytes that it may use at the moment; asked whenever a block comes in
   * @param step bytes by which it might be made larger, for {@link #foundWithMore}; 0: that is not
   *     watched
   */
  public BlockCache(NativeMemory memory, long most, LongSupplier limit, long step) {
    rows = new RowCache(memory, Math.min(MOST_ROW_BYTES, most / ROW_SHARE));
    this.most = most - rows.bytes();
    this.limit = limit;
    int count = 1;
    while (count < MOST_SHARDS && this.most / (count * 2L) >= LEAST_SHARD_BYTES) {
      count *= 2;
    }
    shards = new CacheShard[count];
    for (int i = 0; i < count; i++) {
      shards[i] = new CacheShard(memory, this.most / count, step / count);
    }
  }

  /** A cache of a fixed size. */
  public BlockCache(NativeMemory memory, long bytes) {
    this(memory, bytes, () -> bytes, 0);
  }

  /** A place for the blocks of a file that was opened; never the same twice. */
  public CachedFile file() {
    users.incrementAndGet();
    return new CachedFile(this, files.incrementAndGet() << BLOCK_BITS);
  }

  CachedFile again(long firstKey) {
    users.incrementAndGet();
    return new CachedFile(this, firstKey);
  }

  boolean pin(long key, BlockPin into) {
    long hash = hash(key);
    return shard(hash).pin(key, hash, into);
  }

  int expect(long key) {
    long hash = hash(key);
    return shard(hash).expect(hash);
  }

  long ask(long key, int expected) {
    return shard(hash(key)).ask(expected);
  }

  void offer(long key, long address, int length) {
    long hash = hash(key);
    shard(hash).offer(key, hash, address, length, room());
  }

  /** Bytes that a shard may use at the moment. */
  private long room() {
    return Math.min(most, limit.getAsLong() - rows.bytes()) / shards.length;
  }

  /** Entries of the blocks' files that are read most. */
  RowCache rows() {
    return rows;
  }

  long readAheadBytes() {
    return most / READ_AHEAD_SHARE;
  }

  /**
   * Throws blocks out until no more is used than may be at the moment; readers go on meanwhile.
   * Blocks that are pinned stay.
   */
  public void trim() {
    long room = room();
    for (CacheShard shard : shards) {
      shard.trim(room);
    }
  }

  private CacheShard shard(long hash) {
    return shards[(int) (hash >>> 56) & (shards.length - 1)];
  }

  /** The finalizer of MurmurHash3 (A. Appleby): every bit of the key reaches every bit. */
  static long hash(long key) {
    long h = key;
    h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }

  /** What it holds and did until now. */
  public CacheStats stats() {
    CacheStats sum = rows.stats();
    for (CacheShard shard : shards) {
      sum = sum.plus(shard.stats());
    }
    return sum;
  }

  /**
   * How many of the misses until now a larger cache would not have had, in rising order: one that
   * is larger by one step, by two, four, eight, sixteen.
   */
  public long[] foundWithMore() {
    long[] sums = new long[GhostSample.SIZES];
    for (CacheShard shard : shards) {
      shard.addFoundWithMore(sums);
    }
    return sums;
  }

  @Override
  public void close() {
    release();
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      for (CacheShard shard : shards) {
        shard.close();
      }
      rows.close();
    }
  }
}
