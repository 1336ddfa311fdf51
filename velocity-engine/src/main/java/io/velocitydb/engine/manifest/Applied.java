package io.velocitydb.engine.manifest;

/**
 * What of an external log the tables contain, when a database runs without a log of its own.
 *
 * @param term term of the last applied entry
 * @param index index of the last applied entry
 */
public record Applied(long term, long index) {}
