package io.velocitydb.engine;

/**
 * How an engine divides its memory limit at the moment, and how well its cache does.
 *
 * @param memtables bytes that memtables may have
 * @param blocks bytes that cached blocks may have now: what all else leaves
 * @param tables bytes that indexes and filters of tables may have
 * @param moves how often memory was moved between them since the engine was opened; always 0
 *     without {@link EngineOptions#adaptiveCache}
 * @param cacheHits blocks that were found in the cache since the engine was opened
 * @param cacheMisses blocks that had to be read for it
 */
public record MemorySplit(
    long memtables, long blocks, long tables, long moves, long cacheHits, long cacheMisses) {}
