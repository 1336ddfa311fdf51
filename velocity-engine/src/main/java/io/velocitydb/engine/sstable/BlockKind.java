package io.velocitydb.engine.sstable;

/** What a block of a file is for; the numbers are part of the format. */
public enum BlockKind {
  DATA(1),
  RANGE_TOMBSTONES(2),
  FILTER(3),
  INDEX(4),
  PROPERTIES(5),
  /** A large value, in a blob file. */
  BLOB(6);

  private final int id;

  BlockKind(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }
}
