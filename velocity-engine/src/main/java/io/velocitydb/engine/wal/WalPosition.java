package io.velocitydb.engine.wal;

import java.util.Comparator;

/**
 * A place in the log.
 *
 * @param segment number of the segment; 0 before all of them
 * @param offset bytes from its beginning
 */
public record WalPosition(long segment, long offset) implements Comparable<WalPosition> {
  /** Before everything. */
  public static final WalPosition START = new WalPosition(0, 0);

  private static final Comparator<WalPosition> ORDER =
      Comparator.comparingLong(WalPosition::segment).thenComparingLong(WalPosition::offset);

  @Override
  public int compareTo(WalPosition other) {
    return ORDER.compare(this, other);
  }
}
