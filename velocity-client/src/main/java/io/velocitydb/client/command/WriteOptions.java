package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.protocol.Durability;
import java.time.Duration;

/** Options of a write: durability, deadline. Immutable. */
public final class WriteOptions {

  private static final WriteOptions DEFAULTS = new WriteOptions(CallOptions.NONE);

  final CallOptions call;

  private WriteOptions(CallOptions call) {
    this.call = call;
  }

  /** The defaults, to be changed by the methods below. */
  public static WriteOptions with() {
    return DEFAULTS;
  }

  /** Where the write must be before the reply; {@link Durability#SERVER} unless set. */
  public WriteOptions durability(Durability durability) {
    return new WriteOptions(call.durability(durability));
  }

  /**
   * How long to wait for the reply instead of the client's request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public WriteOptions timeout(Duration timeout) {
    return new WriteOptions(call.timeout(timeout));
  }
}
