package io.velocitydb.engine.sstable;

/** How a table's index and filter are written, and how they are read. */
enum TableWay {
  /** As in format 1. */
  ONE_BLOCK(false, true),
  /** In partitions, read whole. */
  WHOLE(true, true),
  /** In partitions, each read from the file whenever it is needed. */
  PARTITIONS(true, false);

  /** Small enough that small tables have some partitions. */
  private static final int PARTITION_BYTES = 100;

  private final boolean partitioned;
  private final boolean room;

  TableWay(boolean partitioned, boolean room) {
    this.partitioned = partitioned;
    this.room = room;
  }

  TableOptions apply(TableOptions options) {
    return options.withPartitionBytes(partitioned ? PARTITION_BYTES : 0);
  }

  /** What a reader of the table asks for room. */
  TableMemory room() {
    return room ? TableMemory.UNLIMITED : TestTables.NO_ROOM;
  }
}
