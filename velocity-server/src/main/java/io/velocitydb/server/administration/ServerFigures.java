package io.velocitydb.server.administration;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.SessionRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What STATS tells of a server, all databases together.
 *
 * @param version of the server
 * @param uptimeMs since its start
 * @param connections open now
 * @param databases how many there are
 * @param readOnly whether one of them takes no writes
 * @param diskBytes of all of them
 * @param diskFreeBytes where they lie
 * @param memoryUsedBytes native memory of the engine
 * @param memoryLimitBytes what that may become
 * @param counts since the start
 */
record ServerFigures(
    String version,
    long uptimeMs,
    int connections,
    int databases,
    boolean readOnly,
    long diskBytes,
    long diskFreeBytes,
    long memoryUsedBytes,
    long memoryLimitBytes,
    Statistics counts) {

  static ServerFigures now(ServerControl control, Databases databases, SessionRegistry sessions) {
    List<OpenDatabase> all = databases.all();
    long disk = 0;
    long reads = 0;
    long hits = 0;
    long writes = 0;
    long corruptions = 0;
    boolean readOnly = false;
    for (OpenDatabase database : all) {
      DatabaseStats stats = database.engine().stats();
      disk += stats.diskBytes();
      reads += stats.reads();
      hits += stats.readHits();
      writes += stats.writes();
      corruptions += stats.corruptions();
      readOnly |= !stats.writable();
    }
    return new ServerFigures(
        control.version(),
        control.uptimeMs(),
        sessions.size(),
        all.size(),
        readOnly,
        disk,
        control.diskFreeBytes(),
        control.memoryUsedBytes(),
        control.memoryLimitBytes(),
        new Statistics()
            .add("reads", reads)
            .add("read_hits", hits)
            .add("writes", writes)
            .add("corruptions", corruptions)
            .add("connections_opened", sessions.opened())
            .add("connections_refused", sessions.refused())
            .add("failed_logins", sessions.failedLogins()));
  }

  /** All of it by name. */
  Map<String, Object> byName() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("server_version", version);
    figures.put("uptime_ms", uptimeMs);
    figures.put("connections", connections);
    figures.put("databases", databases);
    figures.put("read_only", readOnly);
    figures.put("disk_bytes", diskBytes);
    figures.put("disk_free_bytes", diskFreeBytes);
    figures.put("memory_used_bytes", memoryUsedBytes);
    figures.put("memory_limit_bytes", memoryLimitBytes);
    figures.putAll(counts.byName());
    return figures;
  }
}
