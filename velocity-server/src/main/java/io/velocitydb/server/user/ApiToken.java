package io.velocitydb.server.user;

import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.StoredKeys;
import java.util.List;

/**
 * A token as it is stored: all but its secret, which nobody has but its holder.
 *
 * @param id of 8 bytes, as {@link io.velocitydb.protocol.scram.Token#idText} shows it
 * @param name for people, 1 to 128 bytes as UTF-8; no two tokens have the same
 * @param owner the user who made it, whose rights bound its own; empty for one that was made
 *     through the administration socket, which has no owner
 * @param ownerCreatedMs tells its owner from a later user of that name; 0 without one
 * @param role what kinds of command are allowed
 * @param scopes what data may be touched; empty for everything
 * @param keys what checks its proof
 * @param createdMs when, in milliseconds since the Unix epoch
 * @param expiresMs from when on it counts no more, in the same; 0 for never
 */
public record ApiToken(
    String id,
    String name,
    String owner,
    long ownerCreatedMs,
    Role role,
    List<Scope> scopes,
    StoredKeys keys,
    long createdMs,
    long expiresMs) {

  public ApiToken {
    scopes = List.copyOf(scopes);
  }

  boolean hasOwner() {
    return !owner.isEmpty();
  }

  boolean isExpired(long nowMs) {
    return expiresMs != 0 && nowMs >= expiresMs;
  }

  /** Without its keys, which would not be enough to log in but are nobody's business. */
  @Override
  public String toString() {
    return "ApiToken[" + id + ", " + name + ", " + role.label() + "]";
  }
}
