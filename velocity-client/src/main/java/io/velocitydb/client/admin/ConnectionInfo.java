package io.velocitydb.client.admin;

import io.velocitydb.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A connection to the server.
 *
 * @param id unique while the server runs
 * @param address of the other side
 * @param user empty before authentication
 * @param role of the user; empty before authentication
 * @param database in use; empty if none is
 * @param clientName as the client calls itself
 * @param clientVersion as the client says
 * @param protocol {@code 2.4} or {@code 1} of V-Proto, {@code RESP2} or {@code RESP3}; empty until
 *     the first bytes have told
 * @param tls whether it is encrypted
 * @param opened when
 * @param idle since its last request
 * @param requests since it was opened
 */
public record ConnectionInfo(
    long id,
    String address,
    String user,
    Optional<Role> role,
    String database,
    String clientName,
    String clientVersion,
    String protocol,
    boolean tls,
    Instant opened,
    Duration idle,
    long requests) {}
