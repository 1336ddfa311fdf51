package io.velocitydb.server.administration;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.CompactRequest;
import io.velocitydb.protocol.fbs.CompactResponse;
import io.velocitydb.protocol.fbs.DatabaseInfo;
import io.velocitydb.protocol.fbs.DbCreateRequest;
import io.velocitydb.protocol.fbs.DbDropRequest;
import io.velocitydb.protocol.fbs.DbListResponse;
import io.velocitydb.protocol.fbs.DbStatsRequest;
import io.velocitydb.protocol.fbs.DbStatsResponse;
import io.velocitydb.protocol.fbs.FlushRequest;
import io.velocitydb.protocol.fbs.FlushResponse;
import io.velocitydb.protocol.fbs.LevelInfo;
import io.velocitydb.protocol.fbs.VerifyRequest;
import io.velocitydb.protocol.fbs.VerifyResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** DB_CREATE, DB_DROP, DB_LIST, DB_STATS, COMPACT, FLUSH and VERIFY. */
final class DatabaseCommands {
  private final Databases databases;

  DatabaseCommands(Databases databases) {
    this.databases = databases;
  }

  void create(Exchange exchange) {
    DbCreateRequest request = DbCreateRequest.getRootAsDbCreateRequest(exchange.body());
    String name = request.name();
    if (request.maxDiskBytes() != 0) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "this server does not limit the size of a database yet");
    }
    AdministrationCommands.requireAllOf(exchange, name);
    exchange.later(
        Pool.ADMINISTRATION,
        (reply, _) -> {
          databases.create(name);
          reply.empty();
        });
  }

  void drop(Exchange exchange) {
    String name = DbDropRequest.getRootAsDbDropRequest(exchange.body()).name();
    AdministrationCommands.requireAllOf(exchange, name);
    exchange.later(
        Pool.ADMINISTRATION,
        (reply, _) -> {
          databases.drop(name);
          reply.empty();
        });
  }

  void list(Exchange exchange) {
    var principal = exchange.principal();
    exchange.later(
        Pool.ADMINISTRATION,
        (reply, _) -> {
          List<OpenDatabase> visible =
              databases.all().stream()
                  .filter(database -> principal.mayEnter(database.name()))
                  .toList();
          MessageWriter message = reply.message();
          int table = reply.begin(DbListResponse.TABLE);
          int vector = message.reserveTables(table, DbListResponse.DATABASES, visible.size());
          for (int i = 0; i < visible.size(); i++) {
            int info = message.element(vector, i, DatabaseInfo.TABLE);
            writeInfo(message, info, visible.get(i), visible.get(i).engine().stats());
          }
          reply.end();
        });
  }

  void stats(Exchange exchange) {
    String name = DbStatsRequest.getRootAsDbStatsRequest(exchange.body()).name();
    AdministrationCommands.requireAllOf(exchange, name);
    OpenDatabase database = find(name);
    exchange.later(
        Pool.ADMINISTRATION,
        (reply, _) -> {
          DatabaseStats stats = database.engine().stats();
          MessageWriter message = reply.message();
          int table = reply.begin(DbStatsResponse.TABLE);
          int info = message.putTable(table, DbStatsResponse.INFO, DatabaseInfo.TABLE);
          writeInfo(message, info, database, stats);
          message.putLong(table, DbStatsResponse.MEMTABLE_BYTES, stats.memtableBytes());
          message.putLong(table, DbStatsResponse.WAL_BYTES, stats.walBytes());
          int levels = message.reserveTables(table, DbStatsResponse.LEVELS, 1);
          int level = message.element(levels, 0, LevelInfo.TABLE);
          message.putInt(level, LevelInfo.RUNS, stats.runs());
          message.putInt(level, LevelInfo.FILES, stats.tableFiles());
          message.putLong(level, LevelInfo.BYTES, stats.tableBytes());
          message.putLong(level, LevelInfo.ENTRIES, stats.estimatedEntries());
          figures(stats).write(message, table, DbStatsResponse.STATS);
          reply.end();
        });
  }

  private static void writeInfo(
      MessageWriter message, int info, OpenDatabase database, DatabaseStats stats) {
    message.putString(info, DatabaseInfo.NAME, database.name());
    message.putLong(info, DatabaseInfo.DISK_BYTES, stats.diskBytes());
    message.putLong(info, DatabaseInfo.ESTIMATED_KEYS, stats.estimatedEntries());
  }

  private static Statistics figures(DatabaseStats stats) {
    return new Statistics()
        .add("reads", stats.reads())
        .add("read_hits", stats.readHits())
        .add("writes", stats.writes())
        .add("wal_syncs", stats.walSyncs())
        .add("wal_sync_seconds", stats.walSyncNanos() / 1e9)
        .add("immutable_memtables", stats.immutableMemtables())
        .add("flushes", stats.flushes())
        .add("compactions", stats.compactions())
        .add("compaction_bytes_written", stats.compactionBytesWritten())
        .add("stall_seconds", stats.stallNanos() / 1e9)
        .add("last_sequence", stats.lastSequence())
        .add("corruptions", stats.corruptions())
        .add("writable", stats.writable() ? 1L : 0L);
  }

  void compact(Exchange exchange) {
    OpenDatabase database =
        named(exchange, CompactRequest.getRootAsCompactRequest(exchange.body()).database());
    exchange.later(
        Pool.MAINTENANCE,
        (reply, _) -> {
          long start = System.nanoTime();
          long before = database.engine().stats().diskBytes();
          database.engine().compact();
          int table = reply.begin(CompactResponse.TABLE);
          MessageWriter message = reply.message();
          message.putLong(table, CompactResponse.BYTES_BEFORE, before);
          message.putLong(
              table, CompactResponse.BYTES_AFTER, database.engine().stats().diskBytes());
          message.putLong(table, CompactResponse.DURATION_MS, msSince(start));
          reply.end();
        });
  }

  void flush(Exchange exchange) {
    OpenDatabase database =
        named(exchange, FlushRequest.getRootAsFlushRequest(exchange.body()).database());
    exchange.later(
        Pool.MAINTENANCE,
        (reply, _) -> {
          long start = System.nanoTime();
          long before = database.engine().stats().tableBytes();
          database.engine().flush();
          long after = database.engine().stats().tableBytes();
          int table = reply.begin(FlushResponse.TABLE);
          reply.message().putLong(table, FlushResponse.BYTES_WRITTEN, Math.max(0, after - before));
          reply.message().putLong(table, FlushResponse.DURATION_MS, msSince(start));
          reply.end();
        });
  }

  void verify(Exchange exchange) {
    OpenDatabase database =
        named(exchange, VerifyRequest.getRootAsVerifyRequest(exchange.body()).database());
    exchange.later(Pool.MAINTENANCE, (reply, _) -> verify(database, reply));
  }

  private static void verify(OpenDatabase database, Reply reply) {
    long start = System.nanoTime();
    VerifyReport report = database.engine().verify();
    MessageWriter message = reply.message();
    int table = reply.begin(VerifyResponse.TABLE);
    message.putLong(table, VerifyResponse.FILES, report.files());
    message.putLong(table, VerifyResponse.BYTES, report.bytes());
    message.putLong(table, VerifyResponse.ENTRIES, report.entries());
    message.putLong(table, VerifyResponse.DURATION_MS, msSince(start));
    if (!report.clean()) {
      message.putStrings(table, VerifyResponse.PROBLEMS, report.problems());
    }
    reply.end();
  }

  private OpenDatabase named(Exchange exchange, @Nullable String name) {
    if (name == null || name.isEmpty()) {
      OpenDatabase database = exchange.database();
      AdministrationCommands.requireAllOf(exchange, database.name());
      return database;
    }
    // First of all, so that nobody learns which databases there are beyond its scopes.
    AdministrationCommands.requireAllOf(exchange, name);
    return find(name);
  }

  private OpenDatabase find(String name) {
    return databases
        .find(name)
        .orElseThrow(
            () ->
                new RequestException(ErrorCode.DATABASE_NOT_FOUND, "there is no database " + name));
  }

  private static long msSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }
}
