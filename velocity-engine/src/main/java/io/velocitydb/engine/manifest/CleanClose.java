package io.velocitydb.engine.manifest;

/**
 * Written last by an orderly close. It is a witness of how long the log was, and changes nothing
 * else.
 *
 * @param segment the last log segment; 0 without a log
 * @param offset its end; everything before is synced
 * @param lastSequence the last sequence given out
 */
public record CleanClose(long segment, long offset, long lastSequence) {}
