package io.velocitydb.client.admin;

import java.time.Duration;
import java.util.Map;

/**
 * The state of a server.
 *
 * @param serverVersion such as {@code 0.1.0}
 * @param uptime since its start
 * @param connections open now
 * @param databases how many there are
 * @param readOnly whether it takes no writes, after a failed fsync or a recovery
 * @param diskBytes used by the data
 * @param diskFreeBytes left on the disk of the data
 * @param memoryUsedBytes of the limit
 * @param memoryLimitBytes for memtables and caches
 * @param numbers counters and rates by name, as in the metrics; which ones differs between releases
 */
public record ServerStats(
    String serverVersion,
    Duration uptime,
    long connections,
    long databases,
    boolean readOnly,
    long diskBytes,
    long diskFreeBytes,
    long memoryUsedBytes,
    long memoryLimitBytes,
    Map<String, Double> numbers) {}
