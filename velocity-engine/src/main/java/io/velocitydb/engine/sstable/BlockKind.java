package io.velocitydb.engine.sstable;

/** What a block of a file is for; the numbers are part of the format. */
public enum BlockKind {
  DATA(1),
  RANGE_TOMBSTONES(2),
  FILTER(3),
  INDEX(4),
  PROPERTIES(5),
  /** A large value, in a blob file. */
  BLOB(6),
  /** Where the partitions of an index lie, which are of kind {@link #INDEX}. */
  TOP_INDEX(7),
  /** Some lines of a filter that is cut into partitions. */
  FILTER_PARTITION(8);

  private final int id;

  BlockKind(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }
}
