package io.velocitydb.client.connection;

import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Role;
import java.util.Optional;

/**
 * What the server said of itself when it accepted the connection.
 *
 * @param serverVersion such as {@code 0.1.0}; empty on the administration socket
 * @param clusterId empty if it told none
 * @param role what the user may do; empty if this version does not know it
 * @param limits the sizes in force
 * @param database the database in use; empty if none is
 * @param features what both sides agreed on, the bits of {@link io.velocitydb.protocol.Features}
 */
public record Session(
    String serverVersion,
    String clusterId,
    Optional<Role> role,
    Limits limits,
    String database,
    long features) {}
