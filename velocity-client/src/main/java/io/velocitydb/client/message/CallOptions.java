package io.velocitydb.client.message;

import io.velocitydb.protocol.Consistency;
import io.velocitydb.protocol.Durability;
import io.velocitydb.protocol.frame.Flags;
import java.time.Duration;

/**
 * What every call has.
 *
 * @param flags of the frame: consistency or durability
 * @param timeoutMillis the call's own deadline; 0 is the client's
 */
public record CallOptions(int flags, int timeoutMillis) {

  /** The defaults. */
  public static final CallOptions NONE = new CallOptions(0, 0);

  /** With that consistency, for a read. */
  public CallOptions consistency(Consistency consistency) {
    return new CallOptions(Flags.of(consistency), timeoutMillis);
  }

  /** With that durability, for a write. */
  public CallOptions durability(Durability durability) {
    return new CallOptions(Flags.of(durability), timeoutMillis);
  }

  /**
   * With that deadline.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public CallOptions timeout(Duration timeout) {
    long millis = timeout.toMillis();
    if (millis < 1 || millis > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a timeout is from 1 ms to 24 days, not " + timeout);
    }
    return new CallOptions(flags, (int) millis);
  }
}
