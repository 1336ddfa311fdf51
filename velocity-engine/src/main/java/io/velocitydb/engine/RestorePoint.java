package io.velocitydb.engine;

/**
 * Up to where an archived log is replayed. Writes that were committed together come together: the
 * last ones taken are those of the last group that lies before both limits.
 *
 * @param timeMs of the last commit taken, in milliseconds since the Unix epoch
 * @param sequence of the last write taken
 */
public record RestorePoint(long timeMs, long sequence) {
  /** All that the archive holds. */
  public static RestorePoint latest() {
    return new RestorePoint(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** What was committed at this time or before. */
  public static RestorePoint atTime(long timeMs) {
    return new RestorePoint(timeMs, Long.MAX_VALUE);
  }

  /** What was written with this sequence or a lower one. */
  public static RestorePoint atSequence(long sequence) {
    return new RestorePoint(Long.MAX_VALUE, sequence);
  }
}
