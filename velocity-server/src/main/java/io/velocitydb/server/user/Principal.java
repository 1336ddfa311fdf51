package io.velocitydb.server.user;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import java.util.List;

/**
 * Somebody who is known: a user or the holder of a token, as of one generation of the user list.
 * Immutable.
 *
 * @param name for logs and lists; that of a token cannot be a user's
 * @param role what kinds of command are allowed
 * @param scopes what data they may touch; empty for everything
 * @param createdMs tells a user from a later one of the same name
 * @param rateLimitPerSecond requests that may come in a second; 0 for the server's setting
 * @param generation of the user list this was read from; see {@link Users#generation()}
 * @param tokenId of the token; empty for a user
 * @param expiresMs when the token expires, in milliseconds since the Unix epoch; 0 for never
 */
public record Principal(
    String name,
    Role role,
    List<Scope> scopes,
    long createdMs,
    int rateLimitPerSecond,
    long generation,
    String tokenId,
    long expiresMs) {

  /** Whoever may open the administration socket. Never out of date: it is no entry of the list. */
  public static final Principal LOCAL =
      new Principal("(local)", Role.ADMIN, List.of(), 0, 0, Long.MAX_VALUE, "", 0);

  public Principal {
    scopes = List.copyOf(scopes);
  }

  /** Whether this is the owner of the machine's own socket. */
  public boolean isLocal() {
    return generation == Long.MAX_VALUE;
  }

  /** Whether it was a token that let this one in. */
  public boolean isToken() {
    return !tokenId.isEmpty();
  }

  /** The name of a token's holder: with a blank, which no user's name has. */
  public static String tokenName(String tokenId) {
    return "token " + tokenId;
  }

  /** Whether the role allows the command at all. */
  public boolean may(Opcode opcode) {
    return role.may(opcode);
  }

  /** Whether no scope narrows what this one may touch. */
  public boolean isUnrestricted() {
    return scopes.isEmpty();
  }

  /** Whether any key of the database may be touched. */
  public boolean mayEnter(String database) {
    if (scopes.isEmpty()) {
      return true;
    }
    for (int i = 0; i < scopes.size(); i++) {
      if (scopes.get(i).concerns(database)) {
        return true;
      }
    }
    return false;
  }

  /** Whether every key of the database may be touched. */
  public boolean mayTouchAllOf(String database) {
    return scopes.isEmpty() || scopes.stream().anyMatch(scope -> scope.coversDatabase(database));
  }

  /** Whether the key in native memory may be touched. */
  public boolean mayTouch(String database, long keyAddress, int keyLength) {
    if (scopes.isEmpty()) {
      return true;
    }
    for (int i = 0; i < scopes.size(); i++) {
      if (scopes.get(i).covers(database, keyAddress, keyLength)) {
        return true;
      }
    }
    return false;
  }

  /** Whether every key of the range may be touched, by one scope alone. */
  public boolean mayTouch(String database, KeyRange range) {
    return scopes.isEmpty() || scopes.stream().anyMatch(scope -> scope.covers(database, range));
  }
}
