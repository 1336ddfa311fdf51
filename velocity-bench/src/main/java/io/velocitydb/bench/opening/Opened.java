package io.velocitydb.bench.opening;

/**
 * How long one opening took.
 *
 * @param openMillis of {@code Engine.open}
 * @param firstGetMillis from then until the first value was read
 * @param files in the directory
 * @param bytes of all files
 */
record Opened(double openMillis, double firstGetMillis, long files, long bytes) {}
