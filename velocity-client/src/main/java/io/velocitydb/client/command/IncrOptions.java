package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.protocol.Durability;
import java.time.Duration;

/**
 * Options of INCR: where a missing key starts and how long it lives, durability, deadline.
 * Immutable.
 */
public final class IncrOptions {

  private static final IncrOptions DEFAULTS = new IncrOptions(CallOptions.NONE, 0, Expiry.KEEP);

  final CallOptions call;
  final long initial;
  final Expiry expiry;

  private IncrOptions(CallOptions call, long initial, Expiry expiry) {
    this.call = call;
    this.initial = initial;
    this.expiry = expiry;
  }

  /**
   * The defaults (a missing key starts at 0 and does not expire), to be changed by the methods
   * below.
   */
  public static IncrOptions with() {
    return DEFAULTS;
  }

  /** What a missing key counts as before the delta is added. */
  public IncrOptions initial(long newInitial) {
    return new IncrOptions(call, newInitial, expiry);
  }

  /**
   * How long a key lives that this creates; one that is there keeps its expiry.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 100 years
   */
  public IncrOptions ttlWhenCreated(Duration duration) {
    return new IncrOptions(call, initial, Expiry.in(duration));
  }

  /** As {@link #ttlWhenCreated(Duration)}, in words such as {@code "2h"}. */
  public IncrOptions ttlWhenCreated(String duration) {
    return new IncrOptions(call, initial, Expiry.in(duration));
  }

  /** Where the write must be before the reply; {@link Durability#SERVER} unless set. */
  public IncrOptions durability(Durability durability) {
    return new IncrOptions(call.durability(durability), initial, expiry);
  }

  /**
   * How long to wait for the reply instead of the client's request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public IncrOptions timeout(Duration timeout) {
    return new IncrOptions(call.timeout(timeout), initial, expiry);
  }
}
