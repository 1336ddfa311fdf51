package io.velocitydb.client.admin;

import java.time.Duration;

/**
 * What a compaction did.
 *
 * @param bytesBefore size of the tables before
 * @param bytesAfter size of the tables after
 * @param duration how long it took
 */
public record CompactReport(long bytesBefore, long bytesAfter, Duration duration) {}
