package io.velocitydb.client.admin;

import java.time.Instant;

/**
 * A database.
 *
 * @param name its name
 * @param created when
 * @param diskBytes used by its files
 * @param maxDiskBytes its limit; 0 is none
 * @param estimatedKeys about how many keys it has
 */
public record DatabaseInfo(
    String name, Instant created, long diskBytes, long maxDiskBytes, long estimatedKeys) {}
