package io.velocitydb.engine.compaction;

/**
 * Runs to merge into one, which takes their place.
 *
 * @param first position of the newest of them, counted from the newest run of the tree
 * @param count how many follow each other from there, at least 1
 * @param bottom whether the oldest run of the tree is among them, so that tombstones can go
 */
public record CompactionJob(int first, int count, boolean bottom) {}
