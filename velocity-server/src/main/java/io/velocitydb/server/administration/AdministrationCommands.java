package io.velocitydb.server.administration;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.SessionEnvironment.Observation;
import io.velocitydb.server.session.SessionRegistry;
import io.velocitydb.server.user.Users;
import java.util.EnumMap;
import java.util.Map;

/** The table of this package's commands. They keep nothing, so all threads may share them. */
public final class AdministrationCommands {
  private AdministrationCommands() {}

  /** What STATS tells, by name: for protocols without tables. */
  public static Map<String, Object> statistics(
      ServerControl control, Databases databases, SessionRegistry sessions) {
    return ServerFigures.now(control, databases, sessions).byName();
  }

  /** All of them. */
  public static Map<Opcode, Command> of(
      ServerControl control,
      Databases databases,
      Users users,
      SessionRegistry sessions,
      Observation observation) {
    ServerCommands server = new ServerCommands(control, databases, sessions);
    DatabaseCommands database = new DatabaseCommands(databases);
    ObservationCommands observed = new ObservationCommands(databases, observation);
    UserCommands user = new UserCommands(users);
    TokenCommands token = new TokenCommands(users.tokens());
    Map<Opcode, Command> commands = new EnumMap<>(Opcode.class);
    commands.put(Opcode.STATS, server::stats);
    commands.put(Opcode.CONNECTIONS, server::connections);
    commands.put(Opcode.CONFIG_GET, server::configGet);
    commands.put(Opcode.DRAIN, server::drain);
    commands.put(Opcode.SLOWLOG, observed::slowLog);
    commands.put(Opcode.HOTKEYS, observed::hotKeys);
    commands.put(Opcode.DB_CREATE, database::create);
    commands.put(Opcode.DB_DROP, database::drop);
    commands.put(Opcode.DB_LIST, database::list);
    commands.put(Opcode.DB_STATS, database::stats);
    commands.put(Opcode.COMPACT, database::compact);
    commands.put(Opcode.FLUSH, database::flush);
    commands.put(Opcode.VERIFY, database::verify);
    commands.put(Opcode.USER_CREATE, user::create);
    commands.put(Opcode.USER_DROP, user::drop);
    commands.put(Opcode.USER_LIST, user::list);
    commands.put(Opcode.USER_PASSWORD, user::password);
    commands.put(Opcode.USER_GRANT, user::grant);
    commands.put(Opcode.USER_REVOKE, user::revoke);
    commands.put(Opcode.TOKEN_CREATE, token::create);
    commands.put(Opcode.TOKEN_DROP, token::drop);
    commands.put(Opcode.TOKEN_LIST, token::list);
    return commands;
  }

  /** What concerns the whole server is not for somebody who may touch a part of the data only. */
  static void requireUnrestricted(Exchange exchange) {
    if (!exchange.principal().isUnrestricted()) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          exchange.opcode() + " concerns the whole server, and this user has narrower scopes");
    }
  }

  /** What concerns a whole database is only for those who may touch all of it. */
  static void requireAllOf(Exchange exchange, String database) {
    exchange.administers(database);
    if (!exchange.principal().mayTouchAllOf(database)) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          exchange.opcode() + " concerns all of a database, and this user has narrower scopes");
    }
  }
}
