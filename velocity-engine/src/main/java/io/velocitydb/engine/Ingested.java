package io.velocitydb.engine;

/**
 * What {@link Database#ingest} has added.
 *
 * @param entries number of entries
 * @param version version that all of them have now; they became visible together
 */
public record Ingested(long entries, long version) {}
