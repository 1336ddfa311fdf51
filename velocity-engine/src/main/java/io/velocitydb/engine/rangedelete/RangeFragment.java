package io.velocitydb.engine.rangedelete;

/**
 * A range of keys and the tombstones that cover all of it.
 *
 * @param start first key inside; empty for the beginning of all keys
 * @param end first key outside; empty for no end
 * @param sequences of the tombstones, highest first, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract; not compared
public record RangeFragment(byte[] start, byte[] end, long[] sequences) {}
