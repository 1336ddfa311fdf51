package io.velocitydb.client.admin;

import io.velocitydb.protocol.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token as the server lists it. Nobody can list its secret.
 *
 * @param id eleven characters, by which it is dropped
 * @param name for people
 * @param role what its holder may do; empty if this version does not know it
 * @param scopes what its holder may touch; empty is everything
 * @param created when
 * @param expires from when on it counts no more, if it does
 * @param owner the user whose rights bound it; empty if it was made through the administration
 *     socket
 */
public record ApiToken(
    String id,
    String name,
    Optional<Role> role,
    List<Scope> scopes,
    Instant created,
    Optional<Instant> expires,
    Optional<String> owner) {}
