package io.velocitydb.engine.manifest;

/**
 * A log segment that the manifest names.
 *
 * @param number names the file
 * @param salt seed of its checksums
 */
public record WalName(long number, long salt) {}
