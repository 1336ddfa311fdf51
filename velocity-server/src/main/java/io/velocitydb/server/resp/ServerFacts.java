package io.velocitydb.server.resp;

import java.util.function.LongSupplier;

/**
 * What INFO, HELLO and CONFIG GET tell of the server, to those who are logged in.
 *
 * @param version of the server
 * @param uptimeSeconds since it was started
 * @param durability the setting {@code database.durability}
 * @param idleSeconds the setting {@code server.connection_timeout_seconds}
 * @param connectionsMax the setting {@code server.max_connections}
 */
public record ServerFacts(
    String version,
    LongSupplier uptimeSeconds,
    String durability,
    long idleSeconds,
    int connectionsMax) {}
