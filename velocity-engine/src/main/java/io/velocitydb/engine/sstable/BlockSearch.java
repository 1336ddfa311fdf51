package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.block.DataBlock;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.PointResult;

/** Finds an entry in a data block that is pinned; answers as {@link DataBlock#find} does. */
final class BlockSearch {
  private BlockSearch() {}

  /** In the block that the result's own pin holds, which is let go if the key is not there. */
  static int find(long keyAddress, int keyLength, long hash, long maxSequence, PointResult into) {
    int found = find(into.pin(), keyAddress, keyLength, hash, maxSequence, into);
    if (found == DataBlock.ABSENT) {
      into.pin().release();
    }
    return found;
  }

  /** In a block that several results may share. */
  static int find(
      BlockPin pin, long keyAddress, int keyLength, long hash, long maxSequence, PointResult into) {
    DataBlock entries = pin.entries();
    if (!entries.open(pin.address(), pin.length())) {
      return DataBlock.DAMAGED;
    }
    int found = entries.find(keyAddress, keyLength, hash, maxSequence);
    if (found == DataBlock.ABSENT) {
      return found;
    }
    if (found == DataBlock.DAMAGED || !EntryKind.isPoint(entries.kind(), entries.valueLength())) {
      return DataBlock.DAMAGED;
    }
    into.set(
        entries.kind(),
        entries.sequence(),
        entries.encoding(),
        entries.expiresAtMs(),
        entries.valueAddress(),
        entries.valueLength());
    return found;
  }
}
