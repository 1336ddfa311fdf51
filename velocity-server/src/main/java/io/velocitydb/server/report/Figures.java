package io.velocitydb.server.report;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.MetricsSnapshot;
import io.velocitydb.engine.PerformanceMetrics;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.metrics.CommandMetrics.Totals;
import io.velocitydb.server.session.SessionEnvironment;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What was counted up to one moment.
 *
 * @param nanoTime the moment
 * @param connections open then
 * @param failedLogins since the start
 * @param commands requests since the start
 * @param databases since each was opened, by name
 * @param engine what all databases did since the start
 */
record Figures(
    long nanoTime,
    int connections,
    long failedLogins,
    Map<Opcode, Totals> commands,
    Map<String, DatabaseStats> databases,
    MetricsSnapshot engine) {

  static Figures of(
      long nanoTime, SessionEnvironment sessions, Databases databases, PerformanceMetrics engine) {
    Map<Opcode, Totals> commands = new EnumMap<>(Opcode.class);
    for (Opcode opcode : Opcode.values()) {
      commands.put(opcode, sessions.metrics().totals(opcode));
    }
    Map<String, DatabaseStats> stats = new HashMap<>();
    for (OpenDatabase database : databases.all()) {
      stats.put(database.name(), database.engine().stats());
    }
    return new Figures(
        nanoTime,
        sessions.registry().size(),
        sessions.registry().failedLogins(),
        commands,
        stats,
        engine.snapshot());
  }
}
