package io.velocitydb.engine.cache;

import io.velocitydb.engine.block.BlockPin;

/**
 * The blocks of one file in a {@link BlockCache}, by their place in the file. Thread-safe; to be
 * closed once, when nobody holds a block of the file any more. Its blocks stay until others push
 * them out, and are never found again.
 */
public final class CachedFile implements AutoCloseable {
  private final BlockCache cache;
  private final long firstKey;

  CachedFile(BlockCache cache, long firstKey) {
    this.cache = cache;
    this.firstKey = firstKey;
  }

  /** Names the file in a {@link RowCache}; not 0, and no other file's of the same cache. */
  public long number() {
    return firstKey;
  }

  /** Where entries of the file may be that are read most. */
  public RowCache rows() {
    return cache.rows();
  }

  /** Pins block {@code i}, if it is there; allocates nothing. */
  public boolean pin(int i, BlockPin into) {
    return cache.pin(firstKey + i, into);
  }

  /**
   * Begins to look for block {@code i}, so that looking for several waits for memory only once:
   * first this for each, then {@link #ask} with what it answered, then {@link #pin}.
   *
   * @return where it may be found; 0 for nowhere
   */
  public int expect(int i) {
    return cache.expect(firstKey + i);
  }

  /** Brings what {@link #expect} answered near; the answer means nothing, but is to be used. */
  public long ask(int i, int expected) {
    return cache.ask(firstKey + i, expected);
  }

  /** Leaves a copy of block {@code i}, which {@code pin} holds, for those who come later. */
  public void offer(int i, BlockPin pin) {
    cache.offer(firstKey + i, pin.address(), pin.length());
  }

  /** Bytes that cursors may hold of blocks which they have not come to yet, all together. */
  public long readAheadBytes() {
    return cache.readAheadBytes();
  }

  /** The same blocks once more, for another reader of the same file; to be closed as well. */
  public CachedFile again() {
    return cache.again(firstKey);
  }

  @Override
  public void close() {
    cache.release();
  }
}
