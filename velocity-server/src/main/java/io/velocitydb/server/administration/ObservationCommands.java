package io.velocitydb.server.administration;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.HotkeysRequest;
import io.velocitydb.protocol.fbs.HotkeysResponse;
import io.velocitydb.protocol.fbs.SlowlogRequest;
import io.velocitydb.protocol.fbs.SlowlogResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.hotkeys.HotKey;
import io.velocitydb.server.hotkeys.HotKeys;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.SessionEnvironment.Observation;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.slowlog.SlowLog;
import io.velocitydb.server.slowlog.SlowOperation;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * SLOWLOG and HOTKEYS. Both show keys: the first of all databases, the second of one, and so they
 * are for those only whose scopes have all of that.
 */
final class ObservationCommands {
  private static final int HOT_KEYS_DEFAULT = 20;

  private final Databases databases;
  private final Observation observation;

  ObservationCommands(Databases databases, Observation observation) {
    this.databases = databases;
    this.observation = observation;
  }

  void slowLog(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    SlowlogRequest request = SlowlogRequest.getRootAsSlowlogRequest(exchange.body());
    int limit = limit(request.limit(), Integer.MAX_VALUE, Integer.MAX_VALUE);
    boolean reset = request.reset();
    exchange.later(Pool.ADMINISTRATION, (reply, _) -> slowLog(limit, reset, reply));
  }

  private void slowLog(int limit, boolean reset, Reply reply) {
    SlowLog log = observation.slowLog();
    List<SlowOperation> operations = reset ? log.takeLatest(limit) : log.latest(limit);
    MessageWriter message = reply.message();
    int table = reply.begin(SlowlogResponse.TABLE);
    int vector = message.reserveTables(table, SlowlogResponse.OPERATIONS, operations.size());
    for (int i = 0; i < operations.size(); i++) {
      int element = message.element(vector, i, io.velocitydb.protocol.fbs.SlowOperation.TABLE);
      write(message, element, operations.get(i));
    }
    reply.end();
  }

  private static void write(MessageWriter message, int table, SlowOperation operation) {
    message.putLong(table, io.velocitydb.protocol.fbs.SlowOperation.AT_MS, operation.atMs());
    message.putLong(
        table,
        io.velocitydb.protocol.fbs.SlowOperation.DURATION_US,
        TimeUnit.NANOSECONDS.toMicros(operation.nanos()));
    message.putByte(
        table, io.velocitydb.protocol.fbs.SlowOperation.OPCODE, operation.opcode().number());
    message.putString(
        table, io.velocitydb.protocol.fbs.SlowOperation.DATABASE, operation.database());
    message.putBytes(table, io.velocitydb.protocol.fbs.SlowOperation.KEY, operation.key());
    message.putInt(table, io.velocitydb.protocol.fbs.SlowOperation.KEY_BYTES, operation.keyBytes());
    message.putInt(table, io.velocitydb.protocol.fbs.SlowOperation.KEYS, operation.keys());
    message.putString(table, io.velocitydb.protocol.fbs.SlowOperation.USER, operation.user());
    message.putString(table, io.velocitydb.protocol.fbs.SlowOperation.ADDRESS, operation.address());
  }

  void hotKeys(Exchange exchange) {
    HotkeysRequest request = HotkeysRequest.getRootAsHotkeysRequest(exchange.body());
    String database = request.database();
    if (database == null || database.isEmpty()) {
      database = exchange.database().name();
    }
    AdministrationCommands.requireAllOf(exchange, database);
    if (databases.find(database).isEmpty()) {
      throw new RequestException(ErrorCode.DATABASE_NOT_FOUND, "there is no database " + database);
    }
    String name = database;
    int limit = limit(request.limit(), HOT_KEYS_DEFAULT, HotKeys.KEYS_MAX);
    exchange.later(Pool.ADMINISTRATION, (reply, _) -> hotKeys(name, limit, reply));
  }

  private void hotKeys(String database, int limit, Reply reply) {
    List<HotKey> keys = observation.hotKeys().hottest(database, limit);
    MessageWriter message = reply.message();
    int table = reply.begin(HotkeysResponse.TABLE);
    int vector = message.reserveTables(table, HotkeysResponse.KEYS, keys.size());
    for (int i = 0; i < keys.size(); i++) {
      HotKey key = keys.get(i);
      int element = message.element(vector, i, io.velocitydb.protocol.fbs.HotKey.TABLE);
      message.putBytes(element, io.velocitydb.protocol.fbs.HotKey.KEY, key.key());
      message.putInt(element, io.velocitydb.protocol.fbs.HotKey.KEY_BYTES, key.keyBytes());
      message.putDouble(
          element, io.velocitydb.protocol.fbs.HotKey.READS_PER_SECOND, key.readsPerSecond());
      message.putDouble(
          element, io.velocitydb.protocol.fbs.HotKey.WRITES_PER_SECOND, key.writesPerSecond());
    }
    reply.end();
  }

  private static int limit(long asked, int none, int max) {
    return asked == 0 ? none : (int) Math.min(asked, max);
  }
}
