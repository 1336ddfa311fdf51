package io.velocitydb.client.admin;

import io.velocitydb.protocol.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A user.
 *
 * @param name the name
 * @param role what the user may do; empty if this version does not know it
 * @param scopes what the user may touch; empty is everything
 * @param created when
 * @param passwordChanged when
 * @param previousPasswordUntil until when the previous password also works, if it does
 * @param rateLimitPerSecond requests; 0 is the setting of the server
 */
public record User(
    String name,
    Optional<Role> role,
    List<Scope> scopes,
    Instant created,
    Instant passwordChanged,
    Optional<Instant> previousPasswordUntil,
    long rateLimitPerSecond) {}
