package io.velocitydb.client.connection;

import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.compression.Compression;
import java.time.Duration;

/**
 * The limits of a lane.
 *
 * @param connectTimeout for TCP to one address
 * @param handshakeTimeout for TLS, HELLO and AUTH together
 * @param requestTimeout of a call that names none
 * @param requestsMax how many requests may wait for their replies, sent or not
 * @param bytesMax how many bytes of requests may wait, except that a single request is always let
 *     in
 * @param automaticRepeat whether reads, and writes that were not applied, are made again within
 *     their deadline
 * @param compression of messages in both directions, where the server offers it
 */
public record LaneSettings(
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration requestTimeout,
    int requestsMax,
    long bytesMax,
    boolean automaticRepeat,
    Compression compression) {

  /** 1 s, 5 s, 5 s, 16,384 requests, 64 MiB, repeating, nothing compressed. */
  public static final LaneSettings DEFAULT =
      new LaneSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          16_384,
          64L << 20,
          true,
          Compression.NONE);

  /** Refuses what cannot work. */
  public LaneSettings {
    positive("connect timeout", connectTimeout);
    positive("handshake timeout", handshakeTimeout);
    positive("request timeout", requestTimeout);
    if (requestsMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException("a queue must hold at least one request and one byte");
    }
  }

  private static void positive(String name, Duration duration) {
    if (duration.compareTo(Duration.ofMillis(1)) < 0
        || duration.compareTo(Duration.ofDays(24)) > 0) {
      throw new IllegalArgumentException(
          "the " + name + " is from 1 ms to 24 days, not " + duration);
    }
  }

  /** With another deadline of TCP. */
  public LaneSettings connectTimeout(Duration timeout) {
    return new LaneSettings(
        timeout,
        handshakeTimeout,
        requestTimeout,
        requestsMax,
        bytesMax,
        automaticRepeat,
        compression);
  }

  /** With another deadline of TLS, HELLO and AUTH. */
  public LaneSettings handshakeTimeout(Duration timeout) {
    return new LaneSettings(
        connectTimeout,
        timeout,
        requestTimeout,
        requestsMax,
        bytesMax,
        automaticRepeat,
        compression);
  }

  /** With another deadline of requests. */
  public LaneSettings requestTimeout(Duration timeout) {
    return new LaneSettings(
        connectTimeout,
        handshakeTimeout,
        timeout,
        requestsMax,
        bytesMax,
        automaticRepeat,
        compression);
  }

  /** With another bound of the queue. */
  public LaneSettings queueLimits(int requests, long bytes) {
    return new LaneSettings(
        connectTimeout,
        handshakeTimeout,
        requestTimeout,
        requests,
        bytes,
        automaticRepeat,
        compression);
  }

  /** Repeating by itself or not. */
  public LaneSettings automaticRepeat(boolean repeat) {
    return new LaneSettings(
        connectTimeout,
        handshakeTimeout,
        requestTimeout,
        requestsMax,
        bytesMax,
        repeat,
        compression);
  }

  /** With messages compressed or not. */
  public LaneSettings compression(Compression wanted) {
    return new LaneSettings(
        connectTimeout,
        handshakeTimeout,
        requestTimeout,
        requestsMax,
        bytesMax,
        automaticRepeat,
        wanted);
  }

  /** What the client offers. */
  long features() {
    return Features.STREAMS | compression.feature();
  }
}
