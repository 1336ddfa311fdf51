package io.velocitydb.bench.load;

import io.velocitydb.bench.statistics.Latencies;
import org.HdrHistogram.Histogram;

/**
 * One run over the connections of a session: when it ends, where its keys come from, and what is
 * counted. All connections share it, on their one event loop.
 */
final class Phase {
  /** Whether a connection goes on by itself when its replies are there. */
  final boolean closed;

  /** On the clock of {@link System#nanoTime()}; nothing is begun after it. */
  final long deadline;

  final KeySequence keys;
  final Histogram latency = Latencies.empty();
  long operations;

  /** On the same clock: when the last reply came. */
  long lastReply;

  private Phase(boolean closed, long deadline, KeySequence keys) {
    this.closed = closed;
    this.deadline = deadline;
    this.keys = keys;
  }

  /** Each connection sends its next group when the last reply of the one before has come. */
  static Phase closed(long deadline, KeySequence keys) {
    return new Phase(true, deadline, keys);
  }

  /** Groups are sent when a {@link Pacer} says so. */
  static Phase paced(long deadline, KeySequence keys) {
    return new Phase(false, deadline, keys);
  }

  void count(long nanos, int replies, long now) {
    Latencies.record(latency, nanos, replies);
    operations += replies;
    lastReply = now;
  }
}
