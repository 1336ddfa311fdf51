package io.velocitydb.client.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters and latencies of one client since it was built. Thread safe; numbers only grow. */
public final class ClientMetrics {

  private final Map<String, LatencyHistogram> latencies = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final LongAdder requests = new LongAdder();
  private final LongAdder repeats = new LongAdder();
  private final LongAdder discarded = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /** All at zero. */
  public ClientMetrics() {}

  /** Requests that ended, well or badly. */
  public long requests() {
    return requests.sum();
  }

  /** Requests that were sent again after an attempt that had not been applied. */
  public long repeats() {
    return repeats.sum();
  }

  /** Replies that came after the caller had given up. */
  public long discardedReplies() {
    return discarded.sum();
  }

  /** Connections that were made and authenticated. */
  public long connectionsOpened() {
    return opened.sum();
  }

  /** Connections that ended without being closed by the client. */
  public long connectionsLost() {
    return lost.sum();
  }

  /** Requests that were refused because too many waited. */
  public long refusedByBackpressure() {
    return refused.sum();
  }

  /**
   * Requests that failed, by {@code errorType()}; {@code CANCELLED} for those that the caller gave
   * up.
   */
  public Map<String, Long> errors() {
    Map<String, Long> copy = new LinkedHashMap<>();
    errors.forEach((type, count) -> copy.put(type, count.sum()));
    return copy;
  }

  /** The latencies of answered requests by command, such as {@code GET}. */
  public Map<String, LatencyHistogram> latencies() {
    return Map.copyOf(latencies);
  }

  /** Counts an answered request. */
  public void answered(String operation, long latencyNanos) {
    requests.increment();
    LatencyHistogram histogram = latencies.get(operation);
    if (histogram == null) {
      histogram = latencies.computeIfAbsent(operation, name -> new LatencyHistogram());
    }
    histogram.record(latencyNanos);
  }

  /** Counts a failed request. */
  public void failed(String errorType) {
    requests.increment();
    errors.computeIfAbsent(errorType, type -> new LongAdder()).increment();
  }

  /** Counts a repeat. */
  public void repeated() {
    repeats.increment();
  }

  /** Counts a reply that nobody waited for any more. */
  public void replyDiscarded() {
    discarded.increment();
  }

  /** Counts a connection that was made. */
  public void connectionOpened() {
    opened.increment();
  }

  /** Counts a connection that was lost. */
  public void connectionLost() {
    lost.increment();
  }

  /** Counts a request refused for backpressure. */
  public void refused() {
    refused.increment();
  }
}
