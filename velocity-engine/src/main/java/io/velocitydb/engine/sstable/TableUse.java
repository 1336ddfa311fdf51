package io.velocitydb.engine.sstable;

/** Who wants to know whether a table was read since they asked last. */
public enum TableUse {
  /** Who looks for tables that others are to have the memory of. */
  ROOM,
  /** Who looks for tables whose memory blocks would use better. */
  IDLE;

  /** All bits. */
  static final int ALL = (1 << values().length) - 1;

  int bit() {
    return 1 << ordinal();
  }
}
