package io.velocitydb.server.session;

import io.velocitydb.engine.Durability;
import io.velocitydb.protocol.ErrorCode;

/**
 * What a request's durability comes to on this server.
 *
 * @param configured of writes that do not say otherwise
 * @param allowWeaker whether a request may ask for less
 */
public record DurabilityRule(Durability configured, boolean allowWeaker) {

  /**
   * The durability of one write.
   *
   * @throws RequestException INVALID_COMMAND when less was asked for than is allowed
   */
  public Durability of(io.velocitydb.protocol.Durability asked) {
    Durability wanted =
        switch (asked) {
          case SERVER -> configured;
          case ALWAYS -> Durability.ALWAYS;
          case OS -> Durability.OS;
        };
    if (wanted.compareTo(configured) < 0 && !allowWeaker) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND,
          "durability os is weaker than this server's; ask for none, or have"
              + " database.allow_weaker_durability set");
    }
    return wanted;
  }
}
