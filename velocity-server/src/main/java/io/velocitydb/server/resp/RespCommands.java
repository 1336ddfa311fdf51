package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Access;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.command.RequestChecks;
import io.velocitydb.server.resp.RespCommand.Handler;
import io.velocitydb.server.resp.RespCommand.KeyPositions;
import io.velocitydb.server.session.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every command of RESP, with the command of V-Proto whose rights it needs. One instance belongs to
 * one thread: some handlers keep objects from one request to the next.
 */
final class RespCommands {
  private static final int SLOTS = 256;

  private final List<RespCommand> all = new ArrayList<>();
  private final @Nullable RespCommand[] slots = new @Nullable RespCommand[SLOTS];
  private final String[] names = new String[SLOTS];

  private RespCommands() {}

  static RespCommands forOneThread(RespService service) {
    RespCommands table = new RespCommands();
    Keys keys = new Keys(new RequestChecks(service.environment().limits()));
    LoginCommands login = new LoginCommands(service);
    ConnectionCommands connection = new ConnectionCommands(service);
    ServerInfo info = new ServerInfo(service, table);
    ReadCommands reads = new ReadCommands(keys);
    SetCommands sets = new SetCommands(keys);
    ChangeCommands changes = new ChangeCommands(keys);
    ExpiryCommands expiry = new ExpiryCommands(keys);
    RangeCommands ranges = new RangeCommands(keys, service.cursors());

    table.alone("hello", -1, Opcode.HELLO, login::hello);
    table.alone("auth", -2, Opcode.AUTH, login::auth);
    table.alone("quit", -1, Opcode.QUIT, connection::quit);
    table.session("ping", -1, Opcode.PING, connection::ping);
    table.session("echo", 2, Opcode.PING, connection::echo);
    table.session("select", 2, Opcode.USE, connection::select);
    table.session("client", -2, Opcode.PING, connection::client);
    table.session("info", -1, Opcode.PING, info::info);
    table.session("config", -2, Opcode.PING, info::config);
    table.session("command", -1, Opcode.PING, info::command);

    table.read("get", 2, Opcode.GET, KeyPositions.ONE, reads::get);
    table.read("strlen", 2, Opcode.GET, KeyPositions.ONE, reads::strlen);
    table.read("type", 2, Opcode.GET, KeyPositions.ONE, reads::type);
    table.read("ttl", 2, Opcode.TTL, KeyPositions.ONE, reads::ttl);
    table.read("pttl", 2, Opcode.TTL, KeyPositions.ONE, reads::pttl);
    table.read("exists", -2, Opcode.EXISTS, KeyPositions.ALL, reads::exists);
    table.read("mget", -2, Opcode.MGET, KeyPositions.ALL, reads::mget);
    table.read("scan", -2, Opcode.SCAN, KeyPositions.NONE, ranges::scan);
    table.read("dbsize", 1, Opcode.COUNT, KeyPositions.NONE, ranges::dbsize);

    table.write("set", -3, Opcode.SET, KeyPositions.ONE, sets::set);
    table.write("setnx", 3, Opcode.SET, KeyPositions.ONE, sets::setnx);
    table.write("mset", -3, Opcode.BATCH, KeyPositions.PAIRS, sets::mset);
    table.write("getdel", 2, Opcode.DELETE, KeyPositions.ONE, changes::getdel);
    table.write("del", -2, Opcode.DELETE, KeyPositions.ALL, changes::del);
    table.write("incr", 2, Opcode.INCR, KeyPositions.ONE, changes::incr);
    table.write("incrby", 3, Opcode.INCR, KeyPositions.ONE, changes::incrby);
    table.write("decr", 2, Opcode.INCR, KeyPositions.ONE, changes::decr);
    table.write("decrby", 3, Opcode.INCR, KeyPositions.ONE, changes::decrby);
    table.write("append", 3, Opcode.APPEND, KeyPositions.ONE, changes::append);
    table.write("expire", -3, Opcode.EXPIRE, KeyPositions.ONE, expiry::expire);
    table.write("pexpire", -3, Opcode.EXPIRE, KeyPositions.ONE, expiry::pexpire);
    // It reads before it writes.
    table.add("persist", 2, Opcode.EXPIRE, Order.ALONE, KeyPositions.ONE, expiry::persist);
    table.write("flushdb", -1, Opcode.DELETE_RANGE, KeyPositions.NONE, ranges::flushdb);
    return table;
  }

  /** Whether a command is for those, too, who are not known yet. */
  static boolean isBeforeLogin(RespCommand command) {
    return command.opcode().access() == Access.HANDSHAKE || command.opcode() == Opcode.QUIT;
  }

  private void alone(String name, int arity, Opcode opcode, Handler handler) {
    add(name, arity, opcode, Order.ALONE, KeyPositions.NONE, handler);
  }

  private void session(String name, int arity, Opcode opcode, Handler handler) {
    add(name, arity, opcode, Order.ANY, KeyPositions.NONE, handler);
  }

  private void read(String name, int arity, Opcode opcode, KeyPositions keys, Handler handler) {
    add(name, arity, opcode, Order.READ, keys, handler);
  }

  private void write(String name, int arity, Opcode opcode, KeyPositions keys, Handler handler) {
    add(name, arity, opcode, Order.WRITE, keys, handler);
  }

  private void add(
      String name, int arity, Opcode opcode, Order order, KeyPositions keys, Handler handler) {
    RespCommand command = new RespCommand(name, arity, opcode, order, keys, handler);
    all.add(command);
    String upperCase = name.toUpperCase(Locale.ROOT);
    int hash = 0;
    for (int i = 0; i < upperCase.length(); i++) {
      hash = 31 * hash + upperCase.charAt(i);
    }
    int slot = slot(hash);
    while (slots[slot] != null) {
      slot = (slot + 1) % SLOTS;
    }
    slots[slot] = command;
    names[slot] = upperCase;
  }

  /** In the order of this file. */
  List<RespCommand> all() {
    return all;
  }

  /** The command whose name lies there, in any case; null when there is none. */
  @Nullable RespCommand find(ByteBuf in, int index, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + RespCommand.upper(in.getByte(index + i));
    }
    for (int slot = slot(hash); slots[slot] != null; slot = (slot + 1) % SLOTS) {
      if (names[slot].length() == length && RespCommand.matches(in, index, names[slot])) {
        return slots[slot];
      }
    }
    return null;
  }

  /** The command of this name, in any case. */
  @Nullable RespCommand find(String name) {
    return all.stream()
        .filter(command -> command.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
  }
}
