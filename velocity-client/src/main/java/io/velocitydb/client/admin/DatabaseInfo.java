package io.velocitydb.client.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A database.
 *
 * @param name its name
 * @param created when, if the server keeps that
 * @param diskBytes used by its files
 * @param maxDiskBytes its limit; 0 is none
 * @param estimatedKeys about how many keys it has
 */
public record DatabaseInfo(
    String name,
    Optional<Instant> created,
    long diskBytes,
    long maxDiskBytes,
    long estimatedKeys) {}
