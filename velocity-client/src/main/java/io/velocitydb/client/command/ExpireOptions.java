package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.Durability;
import java.time.Duration;

/** Options of EXPIRE: condition, durability, deadline. Immutable. */
public final class ExpireOptions {

  private static final ExpireOptions DEFAULTS =
      new ExpireOptions(CallOptions.NONE, Condition.ALWAYS);

  final CallOptions call;
  final Condition condition;

  private ExpireOptions(CallOptions call, Condition condition) {
    this.call = call;
    this.condition = condition;
  }

  /** The defaults (always), to be changed by the methods below. */
  public static ExpireOptions with() {
    return DEFAULTS;
  }

  /** Only if the entry still has {@code version}. */
  public ExpireOptions ifVersion(Version version) {
    return new ExpireOptions(call, Condition.ifVersion(version));
  }

  /** Where the write must be before the reply; {@link Durability#SERVER} unless set. */
  public ExpireOptions durability(Durability durability) {
    return new ExpireOptions(call.durability(durability), condition);
  }

  /**
   * How long to wait for the reply instead of the client's request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public ExpireOptions timeout(Duration timeout) {
    return new ExpireOptions(call.timeout(timeout), condition);
  }
}
