package io.velocitydb.client.command;

import io.velocitydb.protocol.Durations;
import io.velocitydb.protocol.Limits;
import java.time.Duration;
import java.time.Instant;

/**
 * When an entry ceases to exist: never, as before, after a duration of 1 ms to 100 years, or at a
 * moment.
 *
 * <p>Immutable.
 */
public final class Expiry {

  /** 100 years of 365 days. */
  public static final Duration LONGEST = Duration.ofMillis(Limits.MAX_TTL_MS);

  /** It does not expire; an expiry that it had is taken away. */
  public static final Expiry NONE = new Expiry(io.velocitydb.protocol.fbs.Expiry.NONE, 0);

  /** As it is; none for an entry that is created. */
  public static final Expiry KEEP = new Expiry(io.velocitydb.protocol.fbs.Expiry.KEEP, 0);

  final int kind;
  final long millis;

  private Expiry(int kind, long millis) {
    this.kind = kind;
    this.millis = millis;
  }

  /**
   * After {@code duration}, counted by the server from the moment it takes the write; parts of a
   * millisecond are dropped.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than {@link #LONGEST}
   */
  public static Expiry in(Duration duration) {
    if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a time to live is from 1 ms to 100 years, not " + duration);
    }
    return new Expiry(io.velocitydb.protocol.fbs.Expiry.IN, duration.toMillis());
  }

  /**
   * After a duration in words, such as {@code "2h"} or {@code "1d12h"}.
   *
   * @throws IllegalArgumentException if it is not of that form, shorter than 1 ms or longer than
   *     {@link #LONGEST}
   */
  public static Expiry in(String duration) {
    return in(Durations.parse(duration));
  }

  /**
   * At {@code moment} by the server's clock; one in the past deletes the entry. The server refuses
   * one more than 100 years ahead.
   *
   * @throws IllegalArgumentException if before 1970
   */
  public static Expiry at(Instant moment) {
    if (moment.isBefore(Instant.EPOCH)) {
      throw new IllegalArgumentException("a moment of expiry is after 1970, not " + moment);
    }
    return new Expiry(io.velocitydb.protocol.fbs.Expiry.AT, moment.toEpochMilli());
  }
}
