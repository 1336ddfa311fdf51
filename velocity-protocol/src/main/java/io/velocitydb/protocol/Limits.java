package io.velocitydb.protocol;

/**
 * The sizes in force on a connection, told to the client by AUTH. Bytes unless said otherwise.
 *
 * @param maxKey longest key, at least 1
 * @param maxValue longest value
 * @param maxBatch operations of one BATCH
 * @param maxBatchBytes keys and values of one BATCH together
 * @param maxFrame longest body of a frame
 */
public record Limits(int maxKey, long maxValue, int maxBatch, long maxBatchBytes, long maxFrame) {
  /** Longest body before authentication. */
  public static final int MAX_FRAME_BEFORE_AUTH = 16 * 1024;

  /** What {@code max_frame} has over {@code max_value}: a longest key and what surrounds it. */
  public static final int FRAME_OVERHEAD = 128 * 1024;

  /** A body beyond this is large: it waits for its share of the memory for large frames. */
  public static final int LARGE_FRAME = 64 * 1024;

  /** Entries and bytes of a page of SCAN. */
  public static final int MAX_PAGE_ENTRIES = 1_000;

  public static final int MAX_PAGE_BYTES = 1024 * 1024;

  /** Longest body of a frame of a stream, unless its one entry is longer. */
  public static final int MAX_STREAM_FRAME = 256 * 1024;

  /** How long a stream holds the state of the database that it gives, in seconds. */
  public static final int MAX_STREAM_SECONDS = 30;

  /** Tables inside tables of one body. */
  public static final int MAX_DEPTH = 16;

  /** Longest time to live: a hundred years of 365 days. */
  public static final long MAX_TTL_MS = 100L * 365 * 24 * 60 * 60 * 1000;

  /** A single node whose values all lie in tables (no blobs yet). */
  public static final Limits DEFAULT = of(64 * 1024, 1024 * 1024);

  /** Limits with the usual batch and the frame that fits the value. */
  public static Limits of(int maxKey, long maxValue) {
    long maxFrame = maxValue + FRAME_OVERHEAD;
    return new Limits(maxKey, maxValue, 10_000, Math.min(64L << 20, maxFrame), maxFrame);
  }
}
