package io.velocitydb.engine.tuning;

/**
 * What is to be moved.
 *
 * @param direction who gets it
 * @param steps how much, 0 for nothing
 * @param reason why, for people
 */
public record Decision(Direction direction, int steps, String reason) {
  /** Everything stays as it is. */
  public static final Decision NONE = new Decision(Direction.BLOCKS, 0, "");

  /** Who gets memory from the other. */
  public enum Direction {
    /** Blocks in the cache. */
    BLOCKS,
    /** Memtables. */
    MEMTABLES
  }
}
