package io.velocitydb.server.prometheus;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineStats;
import io.velocitydb.engine.MemorySplit;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.auth.LoginWatch;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.health.ServerState;
import io.velocitydb.server.limit.RateLimits;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.session.SessionEnvironment;
import io.velocitydb.server.session.SessionRegistry;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.tls.CertificateWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All figures of one server, gathered at each reading. Thread-safe.
 *
 * @param version of the server
 * @param state how far it is
 * @param sessions its connections and their commands
 * @param logins what became of logins
 * @param databases its databases
 * @param engine what they share
 * @param certificates what it shows, if it has TLS
 */
public record ServerMetrics(
    String version,
    ServerState state,
    SessionEnvironment sessions,
    LoginWatch logins,
    Databases databases,
    Engine engine,
    Optional<CertificateWatch> certificates) {
  private static final String DATABASE = "database";
  private static final double NANOS = 1e9;

  /** Adds them to a registry; the result takes them out again. */
  public Runnable register(CollectorRegistry registry) {
    Collector collector =
        new Collector() {
          @Override
          public List<MetricFamilySamples> collect() {
            return gather();
          }
        };
    registry.register(collector);
    return () -> registry.unregister(collector);
  }

  List<Collector.MetricFamilySamples> gather() {
    Families families = new Families();
    families.gauge("build_info", "The release that runs.", "version", version, 1);
    families.gauge("ready", "1 while requests are served.", state.isReady() ? 1 : 0);
    families.gauge(
        "replayed_percent", "How much of the logs is replayed.", state.replayedPercent());
    connections(families);
    commands(families);
    databases(families);
    memory(families);
    certificates.ifPresent(
        watch ->
            families.gauge(
                "tls_certificate_expiry_timestamp_seconds",
                "When the certificate ceases to be valid, as Unix time.",
                watch.certificate().expires().getEpochSecond()));
    return new ArrayList<>(families.all());
  }

  private void connections(Families families) {
    SessionRegistry registry = sessions.registry();
    families.gauge("connections", "Connections open now.", registry.size());
    families.counter(
        "connections_opened", "Connections opened since the start.", registry.opened());
    families.counter(
        "connections_refused", "Connections refused as there were too many.", registry.refused());
    families.counter("auth_failures", "Logins that failed.", registry.failedLogins());
    families.counter(
        "auth_put_off",
        "Logins refused as their address had to wait after failures.",
        logins.putOff());
    guards(families);
    for (Pool pool : Pool.values()) {
      families.gauge(
          "pool_queue",
          "Requests that wait for a thread that may block.",
          "pool",
          pool.name().toLowerCase(Locale.ROOT),
          sessions.pools().waiting(pool));
    }
  }

  private void guards(Families families) {
    RateLimits rates = sessions.guards().rates();
    String help = "Requests refused as there were too many in a second.";
    families.counter("rate_limited", help, "limit", "user", rates.refusedToUsers());
    families.counter("rate_limited", help, "limit", "address", rates.refusedToAddresses());
    AuditLog audit = sessions.guards().audit();
    families.counter("audit_lines", "Lines written to the audit log.", audit.written());
    families.counter(
        "audit_lines_dropped",
        "Lines of the audit log for which there was no room, or that could not be written.",
        audit.dropped());
  }

  private void commands(Families families) {
    families.counter(
        "slow_requests",
        "Requests that took as long as performance.slow_log_threshold or longer.",
        sessions.observation().slowLog().total());
    double[] bounds = CommandMetrics.boundsSeconds();
    for (Opcode opcode : Opcode.values()) {
      CommandMetrics.Totals totals = sessions.metrics().totals(opcode);
      if (totals.count() == 0) {
        continue;
      }
      String command = opcode.name();
      families.histogram(
          "command_duration_seconds",
          "Time from a whole request to its reply.",
          "command",
          command,
          bounds,
          totals.buckets(),
          totals.nanos() / NANOS);
      families.counter(
          "command_errors",
          "Requests answered with an error.",
          "command",
          command,
          totals.errors());
      families.counter(
          "command_timeouts", "Requests whose time was up.", "command", command, totals.timeouts());
    }
  }

  private void databases(Families families) {
    for (OpenDatabase database : databases.all()) {
      database(families, database.name(), database.engine().stats());
    }
  }

  private static void database(Families families, String name, DatabaseStats stats) {
    families.counter("reads", "Point reads.", DATABASE, name, stats.reads());
    families.counter(
        "read_hits", "Point reads that found an entry.", DATABASE, name, stats.readHits());
    families.counter("writes", "Operations committed.", DATABASE, name, stats.writes());
    families.counter("wal_bytes", "Bytes appended to the log.", DATABASE, name, stats.walBytes());
    families.counter("wal_syncs", "Syncs of the log.", DATABASE, name, stats.walSyncs());
    families.counter(
        "wal_sync_seconds", "Time spent in them.", DATABASE, name, stats.walSyncNanos() / NANOS);
    families.gauge("memtable_bytes", "Bytes in memtables.", DATABASE, name, stats.memtableBytes());
    families.gauge(
        "immutable_memtables",
        "Memtables that wait for their flush.",
        DATABASE,
        name,
        stats.immutableMemtables());
    families.gauge("sstables", "SSTables.", DATABASE, name, stats.tableFiles());
    families.gauge("sstable_bytes", "Bytes in SSTables.", DATABASE, name, stats.tableBytes());
    families.gauge(
        "sorted_runs", "Sorted runs that a read may look into.", DATABASE, name, stats.runs());
    families.counter("flushes", "Memtables written to SSTables.", DATABASE, name, stats.flushes());
    families.counter("compactions", "Merges finished.", DATABASE, name, stats.compactions());
    families.counter(
        "compaction_written_bytes",
        "Bytes written by merges.",
        DATABASE,
        name,
        stats.compactionBytesWritten());
    families.counter(
        "stall_seconds", "Time writes were held back.", DATABASE, name, stats.stallNanos() / NANOS);
    families.gauge("disk_bytes", "Bytes on disk.", DATABASE, name, stats.diskBytes());
    families.gauge(
        "entries_estimate",
        "Entries, estimated from file properties.",
        DATABASE,
        name,
        stats.estimatedEntries());
    families.counter(
        "corruptions", "Checksum mismatches met.", DATABASE, name, stats.corruptions());
    families.gauge(
        "writable", "1 while writes are taken.", DATABASE, name, stats.writable() ? 1 : 0);
  }

  private void memory(Families families) {
    EngineStats stats = engine.stats();
    stats
        .memoryBytes()
        .forEach(
            (tag, bytes) ->
                families.gauge(
                    "memory_bytes",
                    "Memory outside the heap by what it is used for.",
                    "tag",
                    tag.toLowerCase(Locale.ROOT),
                    bytes));
    families.gauge(
        "memory_bytes",
        "Memory outside the heap by what it is used for.",
        "tag",
        "network",
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
    families.gauge(
        "memory_limit_bytes", "What the database's memory may reach.", stats.memoryLimit());
    split(families, stats.memorySplit());
  }

  private static void split(Families families, MemorySplit split) {
    String share = "What of the database's memory may be used for this, at the moment.";
    families.gauge("memory_share_bytes", share, "use", "memtables", split.memtables());
    families.gauge("memory_share_bytes", share, "use", "blocks", split.blocks());
    families.gauge("memory_share_bytes", share, "use", "tables", split.tables());
    families.counter("memory_moves", "Times that memory was moved between them.", split.moves());
    families.counter("cache_hits", "Blocks that were found in the cache.", split.cacheHits());
    families.counter(
        "cache_misses", "Blocks that had to be read for the cache.", split.cacheMisses());
  }
}
