package io.velocitydb.engine.sstable;

import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;

/** Finds the longest row of deleted keys among the entries of a table while it is written. */
final class StretchMeter {
  /** Shorter ones are not noted: they cost nobody anything. */
  private static final int LEAST = 4;

  private DeletedStretch longest = DeletedStretch.NONE;
  private long present;

  /**
   * Another key begins.
   *
   * @param kind of its newest version
   * @param last native address of the key before it, if there is one
   */
  void key(byte kind, long last, int lastLength) {
    if (kind == EntryKind.DELETE) {
      present++;
    } else if (present > 0) {
      end(last, lastLength);
    }
  }

  /** The row ends with the last key. */
  private void end(long last, int lastLength) {
    if (present >= LEAST && present > longest.deletes()) {
      longest = new DeletedStretch(present, Memory.bytes(last, lastLength));
    }
    present = 0;
  }

  /** The longest, when all keys have been. */
  DeletedStretch finish(long last, int lastLength) {
    end(last, lastLength);
    return longest;
  }
}
