package io.velocitydb.bench.statistics;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds, and how they travel between processes. */
public final class Latencies {
  private static final long LONGEST_NANOS = 600_000_000_000L;
  private static final int DIGITS = 3;

  private Latencies() {}

  /** An empty histogram: up to ten minutes, to three digits. */
  public static Histogram empty() {
    return new Histogram(LONGEST_NANOS, DIGITS);
  }

  /** Counts a latency; what is longer than the histogram's range counts as its end. */
  public static void record(Histogram into, long nanos) {
    record(into, nanos, 1);
  }

  /** Counts a latency that {@code count} operations had. */
  public static void record(Histogram into, long nanos, long count) {
    into.recordValueWithCount(Math.clamp(nanos, 0, LONGEST_NANOS), count);
  }

  /** The histogram as text, for {@link #decode}. */
  public static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  /** The histogram that {@link #encode} wrote. */
  public static Histogram decode(String text) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text)), LONGEST_NANOS);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("not a histogram: " + text, e);
    }
  }
}
