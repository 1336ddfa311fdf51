package io.velocitydb.client.admin;

import java.time.Duration;

/**
 * What a flush did.
 *
 * @param bytesWritten to tables
 * @param duration how long it took
 */
public record FlushReport(long bytesWritten, Duration duration) {}
