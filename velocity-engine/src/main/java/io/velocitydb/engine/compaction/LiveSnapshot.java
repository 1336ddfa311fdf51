package io.velocitydb.engine.compaction;

/**
 * What a reader may still ask for.
 *
 * @param sequence the last sequence it sees
 * @param timeMs when it judges expiry
 */
public record LiveSnapshot(long sequence, long timeMs) {}
