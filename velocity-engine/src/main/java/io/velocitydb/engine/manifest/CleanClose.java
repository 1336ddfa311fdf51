package io.velocitydb.engine.manifest;

/**
 * Written last by an orderly close. It is a witness of how long the log was, and changes nothing
 * else.
 *
 * @param syncedTo log position up to which everything was synced
 * @param lastSequence the last sequence given out
 */
public record CleanClose(long syncedTo, long lastSequence) {}
