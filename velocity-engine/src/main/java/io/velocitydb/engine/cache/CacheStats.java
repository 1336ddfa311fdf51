package io.velocitydb.engine.cache;

/**
 * What a cache holds, and what it did since it was made.
 *
 * @param blocks blocks inside
 * @param bytes their bytes, and those of rows, with what each takes beside its contents
 * @param hits blocks that were found, and rows, which take the place of blocks
 * @param misses blocks that were not found, and were read to be put inside
 * @param inserted those of them for which there was room
 * @param evicted blocks that had to go again
 */
public record CacheStats(
    long blocks, long bytes, long hits, long misses, long inserted, long evicted) {
  CacheStats plus(CacheStats other) {
    return new CacheStats(
        blocks + other.blocks,
        bytes + other.bytes,
        hits + other.hits,
        misses + other.misses,
        inserted + other.inserted,
        evicted + other.evicted);
  }
}
