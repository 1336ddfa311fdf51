package io.velocitydb.engine.commit;

import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which operation of a batch was the last to write a key, so that later ones see it: a hash table
 * by open addressing, and the list of the batch's range deletes.
 */
final class BatchOverlay {
  private int[] table = new int[0];
  private int[] ranges = new int[4];
  private int rangeCount;
  private boolean enabled;
  private @Nullable Batch batch;

  /** Forgets everything; nothing is kept for a batch that never looks. */
  void begin(Batch newBatch, boolean enable) {
    batch = newBatch;
    enabled = enable;
    rangeCount = 0;
    if (enable) {
      int wanted = Integer.highestOneBit(newBatch.size()) * 4;
      if (table.length < wanted || table.length > 64 * wanted) {
        table = new int[wanted];
      } else {
        Arrays.fill(table, 0);
      }
    }
  }

  /** Operation {@code i} became an entry of this kind (0: none). */
  void add(int i, byte kind) {
    Batch current = batch;
    if (!enabled || kind == 0 || current == null) {
      return;
    }
    if (kind == EntryKind.RANGE_DELETE) {
      if (rangeCount == ranges.length) {
        ranges = Arrays.copyOf(ranges, 2 * rangeCount);
      }
      ranges[rangeCount++] = i;
      return;
    }
    table[slot(current, current.keyAddress(i), current.keyLength(i))] = i + 1;
  }

  /** The last operation that wrote the key, a range delete included; -1 for none. */
  int find(long keyAddress, int keyLength) {
    Batch current = batch;
    if (!enabled || current == null) {
      return -1;
    }
    int last = table[slot(current, keyAddress, keyLength)] - 1;
    for (int r = rangeCount - 1; r >= 0 && ranges[r] > last; r--) {
      if (covers(current, ranges[r], keyAddress, keyLength)) {
        return ranges[r];
      }
    }
    return last;
  }

  private static boolean covers(Batch batch, int i, long keyAddress, int keyLength) {
    int endLength = batch.valueLength(i);
    return Memory.compare(keyAddress, keyLength, batch.keyAddress(i), batch.keyLength(i)) >= 0
        && (endLength == 0
            || Memory.compare(keyAddress, keyLength, batch.valueAddress(i), endLength) < 0);
  }

  private int slot(Batch current, long keyAddress, int keyLength) {
    int mask = table.length - 1;
    int at = (int) XxHash64.hash(keyAddress, keyLength, 0) & mask;
    while (table[at] != 0) {
      int other = table[at] - 1;
      if (Memory.compare(keyAddress, keyLength, current.keyAddress(other), current.keyLength(other))
          == 0) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return at;
  }
}
