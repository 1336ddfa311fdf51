package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.protocol.Consistency;
import java.time.Duration;

/** Options of a read: consistency, deadline. Immutable. */
public final class ReadOptions {

  private static final ReadOptions DEFAULTS = new ReadOptions(CallOptions.NONE);

  final CallOptions call;

  private ReadOptions(CallOptions call) {
    this.call = call;
  }

  /** The defaults, to be changed by the methods below. */
  public static ReadOptions with() {
    return DEFAULTS;
  }

  /** What the read may see; {@link Consistency#LINEARIZABLE} unless set. */
  public ReadOptions consistency(Consistency consistency) {
    return new ReadOptions(call.consistency(consistency));
  }

  /**
   * How long to wait for the reply instead of the client's request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public ReadOptions timeout(Duration timeout) {
    return new ReadOptions(call.timeout(timeout));
  }
}
