package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.Durability;
import java.time.Duration;

/** Options of DELETE: condition, the previous entry, durability, deadline. Immutable. */
public final class DeleteOptions {

  private static final DeleteOptions DEFAULTS =
      new DeleteOptions(CallOptions.NONE, Condition.ALWAYS, false);

  final CallOptions call;
  final Condition condition;
  final boolean returnPrevious;

  private DeleteOptions(CallOptions call, Condition condition, boolean returnPrevious) {
    this.call = call;
    this.condition = condition;
    this.returnPrevious = returnPrevious;
  }

  /** The defaults (always), to be changed by the methods below. */
  public static DeleteOptions with() {
    return DEFAULTS;
  }

  /** Only if the entry still has {@code version}. */
  public DeleteOptions ifVersion(Version version) {
    return new DeleteOptions(call, Condition.ifVersion(version), returnPrevious);
  }

  /** Also gives back the entry that was there before. */
  public DeleteOptions returnPrevious() {
    return new DeleteOptions(call, condition, true);
  }

  /** Where the write must be before the reply; {@link Durability#SERVER} unless set. */
  public DeleteOptions durability(Durability durability) {
    return new DeleteOptions(call.durability(durability), condition, returnPrevious);
  }

  /**
   * How long to wait for the reply instead of the client's request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public DeleteOptions timeout(Duration timeout) {
    return new DeleteOptions(call.timeout(timeout), condition, returnPrevious);
  }
}
