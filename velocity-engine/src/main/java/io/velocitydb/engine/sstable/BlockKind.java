package io.velocitydb.engine.sstable;

/** What a block of a table is for; the numbers are part of the format. */
enum BlockKind {
  DATA(1),
  RANGE_TOMBSTONES(2),
  FILTER(3),
  INDEX(4),
  PROPERTIES(5);

  private final int id;

  BlockKind(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }
}
