package io.velocitydb.bench.opening;

/**
 * How long one opening took.
 *
 * @param startupCache whether Java had a start-up cache, as {@code ./velocity} gives it one
 * @param openMillis of {@code Engine.open}
 * @param firstGetMillis from then until the first value was read
 * @param files in the directory
 * @param bytes of all files
 */
record Opened(
    boolean startupCache, double openMillis, double firstGetMillis, long files, long bytes) {}
