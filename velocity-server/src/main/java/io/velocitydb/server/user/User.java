package io.velocitydb.server.user;

import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.PasswordRecord;
import java.util.List;
import java.util.Optional;

/**
 * A user as it is stored.
 *
 * @param name 1 to 128 bytes as UTF-8
 * @param role what kinds of command are allowed
 * @param scopes what data may be touched; empty for everything
 * @param password what verifies the password
 * @param previous what verifies the one before, for as long as that still counts; derived with the
 *     same salt, because one challenge serves both
 * @param previousUntilMs until when it does, in milliseconds since the Unix epoch; 0 without one
 * @param createdMs when the user was created
 * @param passwordChangedMs when the password was set
 * @param rateLimitPerSecond 0 for the server's setting
 */
public record User(
    String name,
    Role role,
    List<Scope> scopes,
    PasswordRecord password,
    Optional<PasswordRecord> previous,
    long previousUntilMs,
    long createdMs,
    long passwordChangedMs,
    int rateLimitPerSecond) {

  public User {
    scopes = List.copyOf(scopes);
  }

  User withRights(Role newRole, List<Scope> newScopes) {
    return new User(
        name,
        newRole,
        newScopes,
        password,
        previous,
        previousUntilMs,
        createdMs,
        passwordChangedMs,
        rateLimitPerSecond);
  }

  User withPassword(
      PasswordRecord newPassword, Optional<PasswordRecord> kept, long keptUntilMs, long nowMs) {
    return new User(
        name, role, scopes, newPassword, kept, keptUntilMs, createdMs, nowMs, rateLimitPerSecond);
  }

  Principal principal(long generation) {
    return new Principal(name, role, scopes, createdMs, rateLimitPerSecond, generation, "", 0);
  }
}
