package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.Durability;
import java.time.Duration;
import java.time.Instant;

/** Options of SET: time to live, condition, the previous entry, durability, deadline. Immutable. */
public final class SetOptions {

  private static final SetOptions DEFAULTS =
      new SetOptions(CallOptions.NONE, Expiry.NONE, Condition.ALWAYS, false);

  final CallOptions call;
  final Expiry expiry;
  final Condition condition;
  final boolean returnPrevious;

  private SetOptions(CallOptions call, Expiry expiry, Condition condition, boolean returnPrevious) {
    this.call = call;
    this.expiry = expiry;
    this.condition = condition;
    this.returnPrevious = returnPrevious;
  }

  /** The defaults (always, does not expire), to be changed by the methods below. */
  public static SetOptions with() {
    return DEFAULTS;
  }

  /**
   * Expires after {@code duration}.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 100 years
   */
  public SetOptions ttl(Duration duration) {
    return expiry(Expiry.in(duration));
  }

  /**
   * Expires after a duration in words, such as {@code "2h"} or {@code "1d12h"}.
   *
   * @throws IllegalArgumentException if it is not of that form, shorter than 1 ms or longer than
   *     100 years
   */
  public SetOptions ttl(String duration) {
    return expiry(Expiry.in(duration));
  }

  /** Expires at {@code moment} by the server's clock. */
  public SetOptions expiresAt(Instant moment) {
    return expiry(Expiry.at(moment));
  }

  /** Keeps the expiry of the entry that is replaced. */
  public SetOptions keepTtl() {
    return expiry(Expiry.KEEP);
  }

  /** Expires as told. */
  public SetOptions expiry(Expiry newExpiry) {
    return new SetOptions(call, newExpiry, condition, returnPrevious);
  }

  /** Only if the key is not there. */
  public SetOptions ifAbsent() {
    return condition(Condition.IF_ABSENT);
  }

  /** Only if the key is there. */
  public SetOptions ifPresent() {
    return condition(Condition.IF_PRESENT);
  }

  /** Only if the entry still has {@code version}: compare and set. */
  public SetOptions ifVersion(Version version) {
    return condition(Condition.ifVersion(version));
  }

  /** Only if {@code newCondition} holds. */
  public SetOptions condition(Condition newCondition) {
    return new SetOptions(call, expiry, newCondition, returnPrevious);
  }

  /** Also gives back the entry that was there before. */
  public SetOptions returnPrevious() {
    return new SetOptions(call, expiry, condition, true);
  }

  /** Where the write must be before the reply; {@link Durability#SERVER} unless set. */
  public SetOptions durability(Durability durability) {
    return new SetOptions(call.durability(durability), expiry, condition, returnPrevious);
  }

  /**
   * How long to wait for the reply instead of the client's request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public SetOptions timeout(Duration timeout) {
    return new SetOptions(call.timeout(timeout), expiry, condition, returnPrevious);
  }
}
