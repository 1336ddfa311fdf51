package io.velocitydb.server.administration;

import io.velocitydb.config.ConfigKey;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Settings;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.ConfigGetRequest;
import io.velocitydb.protocol.fbs.ConfigGetResponse;
import io.velocitydb.protocol.fbs.ConfigItem;
import io.velocitydb.protocol.fbs.ConnectionInfo;
import io.velocitydb.protocol.fbs.ConnectionsRequest;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.protocol.fbs.DrainRequest;
import io.velocitydb.protocol.fbs.DrainResponse;
import io.velocitydb.protocol.fbs.StatsResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.session.SessionIdentity;
import io.velocitydb.server.session.SessionRegistry;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.Principal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** STATS, CONNECTIONS, CONFIG_GET and DRAIN. */
final class ServerCommands {
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(30);
  private static final int CONNECTIONS_MAX = 5_000;

  private final ServerControl control;
  private final Databases databases;
  private final SessionRegistry sessions;

  ServerCommands(ServerControl control, Databases databases, SessionRegistry sessions) {
    this.control = control;
    this.databases = databases;
    this.sessions = sessions;
  }

  void stats(Exchange exchange) {
    exchange.later(Pool.ADMINISTRATION, (reply, _) -> stats(reply));
  }

  private void stats(Reply reply) {
    ServerFigures figures = ServerFigures.now(control, databases, sessions);
    int table = reply.begin(StatsResponse.TABLE);
    MessageWriter message = reply.message();
    message.putString(table, StatsResponse.SERVER_VERSION, figures.version());
    message.putLong(table, StatsResponse.UPTIME_MS, figures.uptimeMs());
    message.putInt(table, StatsResponse.CONNECTIONS, figures.connections());
    message.putInt(table, StatsResponse.DATABASES, figures.databases());
    message.putBoolean(table, StatsResponse.READ_ONLY, figures.readOnly());
    message.putLong(table, StatsResponse.DISK_BYTES, figures.diskBytes());
    message.putLong(table, StatsResponse.DISK_FREE_BYTES, figures.diskFreeBytes());
    message.putLong(table, StatsResponse.MEMORY_USED_BYTES, figures.memoryUsedBytes());
    message.putLong(table, StatsResponse.MEMORY_LIMIT_BYTES, figures.memoryLimitBytes());
    figures.counts().write(message, table, StatsResponse.STATS);
    reply.end();
  }

  void connections(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    long asked = ConnectionsRequest.getRootAsConnectionsRequest(exchange.body()).limit();
    int limit = (int) Math.min(asked == 0 ? CONNECTIONS_MAX : asked, CONNECTIONS_MAX);
    exchange.later(Pool.ADMINISTRATION, (reply, _) -> connections(limit, reply));
  }

  private void connections(int limit, Reply reply) {
    List<Session> open =
        sessions.all().stream().sorted(Comparator.comparingLong(Session::id)).toList();
    List<Session> listed = open.subList(0, Math.min(limit, open.size()));
    int table = reply.begin(ConnectionsResponse.TABLE);
    MessageWriter message = reply.message();
    message.putInt(table, ConnectionsResponse.TOTAL, open.size());
    int vector = message.reserveTables(table, ConnectionsResponse.CONNECTIONS, listed.size());
    for (int i = 0; i < listed.size(); i++) {
      write(message, message.element(vector, i, ConnectionInfo.TABLE), listed.get(i));
    }
    reply.end();
  }

  private static void write(MessageWriter message, int info, Session session) {
    SessionIdentity identity = session.identity();
    message.putLong(info, ConnectionInfo.CONNECTION_ID, identity.id());
    message.putString(info, ConnectionInfo.ADDRESS, identity.address());
    Principal principal = identity.principal();
    if (principal != null) {
      message.putString(info, ConnectionInfo.USER, principal.name());
      message.putByte(info, ConnectionInfo.ROLE, principal.role().number());
    }
    OpenDatabase database = identity.database();
    if (database != null) {
      message.putString(info, ConnectionInfo.DATABASE, database.name());
    }
    message.putString(info, ConnectionInfo.CLIENT_NAME, identity.clientName());
    message.putString(info, ConnectionInfo.CLIENT_VERSION, identity.clientVersion());
    message.putString(info, ConnectionInfo.PROTOCOL, session.protocol());
    message.putBoolean(info, ConnectionInfo.TLS, identity.kind() == Session.Kind.TLS);
    message.putLong(info, ConnectionInfo.OPENED_MS, identity.openedMs());
    message.putLong(info, ConnectionInfo.IDLE_MS, identity.idleMs());
    message.putLong(info, ConnectionInfo.REQUESTS, identity.requests());
  }

  void configGet(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    String wanted = ConfigGetRequest.getRootAsConfigGetRequest(exchange.body()).key();
    List<ConfigKey<?>> keys = matching(wanted);
    if (keys.isEmpty()) {
      throw new RequestException(
          ErrorCode.NOT_FOUND, "there is no setting or section \"" + wanted + "\"");
    }
    Settings settings = control.settings();
    Reply reply = exchange.reply();
    int table = reply.begin(ConfigGetResponse.TABLE);
    MessageWriter message = reply.message();
    int vector = message.reserveTables(table, ConfigGetResponse.ITEMS, keys.size());
    for (int i = 0; i < keys.size(); i++) {
      ConfigKey<?> key = keys.get(i);
      int item = message.element(vector, i, ConfigItem.TABLE);
      message.putString(item, ConfigItem.KEY, key.name());
      message.putString(item, ConfigItem.VALUE, settings.text(key));
      message.putString(item, ConfigItem.SOURCE, settings.origin(key).toString());
      message.putBoolean(item, ConfigItem.LIVE, key.change() == ConfigKey.Change.LIVE);
    }
    reply.end();
  }

  private static List<ConfigKey<?>> matching(@Nullable String wanted) {
    return Keys.all().stream()
        .filter(
            key ->
                wanted == null
                    || wanted.isEmpty()
                    || key.name().equals(wanted)
                    || key.section().equals(wanted))
        .toList();
  }

  void drain(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    long graceMs = DrainRequest.getRootAsDrainRequest(exchange.body()).graceMs();
    if (graceMs < 0 || graceMs > Duration.ofDays(1).toMillis()) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "grace_ms is at most a day's milliseconds");
    }
    int open = control.drain(graceMs == 0 ? DRAIN_GRACE : Duration.ofMillis(graceMs));
    Reply reply = exchange.reply();
    int table = reply.begin(DrainResponse.TABLE);
    reply.message().putInt(table, DrainResponse.CONNECTIONS, open);
    reply.end();
  }
}
