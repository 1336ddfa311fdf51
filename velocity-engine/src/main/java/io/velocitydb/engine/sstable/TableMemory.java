package io.velocitydb.engine.sstable;

/**
 * Decides which tables have their filter in memory whole, and which of those their index too; the
 * others read them partition by partition. Thread-safe.
 */
public interface TableMemory {
  /** Room for everything. */
  TableMemory UNLIMITED =
      new TableMemory() {
        @Override
        public boolean hasRoomForFilter(long bytes) {
          return true;
        }

        @Override
        public boolean hasRoomForIndex(long bytes) {
          return true;
        }

        @Override
        public void loaded() {}

        @Override
        public void crowded(long bytes) {}
      };

  /** Whether a table may bring a filter of so many bytes into memory now. */
  boolean hasRoomForFilter(long bytes);

  /** Whether a table may bring an index of so many bytes into memory now. */
  boolean hasRoomForIndex(long bytes);

  /** Something came into memory. */
  void loaded();

  /**
   * A table without room has read as much in partitions as it would have in memory: room is worth
   * something, if others do not need theirs.
   *
   * @param bytes that it would have in memory
   */
  void crowded(long bytes);
}
