package io.velocitydb.engine;

import java.util.Optional;

/**
 * What one write did.
 *
 * @param applied whether it changed anything: false when its condition did not hold, or there was
 *     nothing to delete
 * @param existed whether the key had a live entry before; of a plain set, which does not look,
 *     false
 * @param version the key's version afterwards; 0 when it is absent. Of a refused write: the current
 *     version
 * @param previous the entry before, when it was asked for and existed
 * @param number of an increment the new value; of an append the new length; otherwise 0
 */
public record OperationResult(
    boolean applied, boolean existed, long version, Optional<Entry> previous, long number) {
  /** Of a set that did not look at what was there. */
  public static OperationResult set(long version) {
    return new OperationResult(true, false, version, Optional.empty(), 0);
  }
}
