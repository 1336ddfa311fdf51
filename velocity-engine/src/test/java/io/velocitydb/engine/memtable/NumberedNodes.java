package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;

/** Entries for tests whose keys are numbers, in their order. */
final class NumberedNodes {
  private NumberedNodes() {}

  /** An entry with sequence 1 whose key, of eight bytes, is also its value. */
  static long create(Arena arena, int key) {
    long bytes = arena.allocate(Long.BYTES, Long.BYTES);
    Memory.putLong(bytes, Long.reverseBytes(key));
    return EntryNode.create(
        arena, 1, EntryKind.PUT, (byte) 0, 0, bytes, Long.BYTES, bytes, Long.BYTES);
  }
}
