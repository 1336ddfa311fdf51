package io.velocitydb.engine.sstable;

import io.velocitydb.engine.memory.Memory;
import java.util.List;

/**
 * Tables that do not overlap, in key order: to a reader, one long table.
 *
 * @param tables at least one
 */
public record SortedRun(List<TableInfo> tables) {
  public SortedRun {
    tables = List.copyOf(tables);
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("a run needs a table");
    }
    for (int i = 1; i < tables.size(); i++) {
      if (!tables.get(i - 1).endsBefore(tables.get(i).smallest())) {
        throw new IllegalArgumentException(
            tables.get(i - 1) + " and " + tables.get(i) + " of one run overlap");
      }
    }
  }

  /** Bytes of all files. */
  public long bytes() {
    long sum = 0;
    for (TableInfo table : tables) {
      sum += table.fileBytes();
    }
    return sum;
  }

  /** Whether any table may have a key at or after {@code start} and before {@code end}. */
  public boolean overlaps(byte[] start, byte[] end) {
    for (TableInfo table : tables) {
      if (table.overlaps(start, end)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Position of the only table whose bounds may hold a key, or -1. Allocates nothing.
   *
   * @param keyAddress native address of the key
   * @param keyLength its length in bytes
   */
  public int find(long keyAddress, int keyLength) {
    int i = firstNotBefore(keyAddress, keyLength);
    if (i == tables.size()) {
      return -1;
    }
    byte[] smallest = tables.get(i).smallest();
    return Memory.compare(keyAddress, keyLength, smallest) >= 0 ? i : -1;
  }

  /**
   * As {@link #find(long, int)}, faster if the key lies in the table where the last one lay.
   *
   * @param last position of that table; -1 if unknown
   */
  public int find(long keyAddress, int keyLength, int last) {
    if (last >= 0) {
      TableInfo table = tables.get(last);
      if (!endsBefore(table, keyAddress, keyLength)
          && Memory.compare(keyAddress, keyLength, table.smallest()) >= 0) {
        return last;
      }
    }
    return find(keyAddress, keyLength);
  }

  /** Position of the first table that does not end before a key; the number of tables if none. */
  public int firstNotBefore(long keyAddress, int keyLength) {
    int low = 0;
    int high = tables.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (endsBefore(tables.get(middle), keyAddress, keyLength)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static boolean endsBefore(TableInfo table, long keyAddress, int keyLength) {
    byte[] largest = table.largest();
    if (table.largestExclusive()) {
      return largest.length > 0 && Memory.compare(keyAddress, keyLength, largest) >= 0;
    }
    return Memory.compare(keyAddress, keyLength, largest) > 0;
  }
}
