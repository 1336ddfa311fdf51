package io.velocitydb.client.admin;

import java.util.List;
import java.util.Map;

/**
 * The inside of a database.
 *
 * @param info what a list of databases says
 * @param memtableBytes in memory, not yet in tables
 * @param walBytes of the write-ahead log
 * @param levels of tables, the newest first
 * @param numbers counters and rates by name; which ones differs between releases
 */
public record DatabaseStats(
    DatabaseInfo info,
    long memtableBytes,
    long walBytes,
    List<Level> levels,
    Map<String, Double> numbers) {

  /** One level of the tree: sorted runs of files. */
  public record Level(int level, long runs, long files, long bytes, long entries) {}
}
