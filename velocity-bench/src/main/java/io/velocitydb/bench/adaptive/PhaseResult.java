package io.velocitydb.bench.adaptive;

/**
 * What one phase reached in one process.
 *
 * @param phase its name
 * @param perSecond operations
 * @param hitRate of the block cache, 1 if nothing was looked for
 * @param memtablesMib what memtables may have at the end
 * @param blocksMib what cached blocks may have at the end
 * @param moves of memory
 */
record PhaseResult(
    String phase,
    double perSecond,
    double hitRate,
    long memtablesMib,
    long blocksMib,
    long moves) {}
