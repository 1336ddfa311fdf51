package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Access;
import io.velocitydb.server.session.Exchange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * INFO, CONFIG GET and COMMAND: what clients and tools of Redis ask when they connect. They tell
 * what has a counterpart here, and nothing else.
 */
final class ServerInfo {
  /** The Redis whose commands, replies and errors are those of the commands there are. */
  private static final String REDIS_VERSION = "7.0.15";

  private final RespService service;
  private final RespCommands commands;

  ServerInfo(RespService service, RespCommands commands) {
    this.service = service;
    this.commands = commands;
  }

  // ---- INFO ----

  void info(Exchange exchange, RespRequest request) {
    StringBuilder text = new StringBuilder();
    section(
        request,
        text,
        "Server",
        "redis_version:" + REDIS_VERSION,
        "redis_mode:standalone",
        "velocity_version:" + service.facts().version(),
        "uptime_in_seconds:" + service.facts().uptimeSeconds().getAsLong());
    section(
        request,
        text,
        "Clients",
        "connected_clients:" + service.environment().registry().size(),
        "maxclients:" + service.facts().connectionsMax());
    section(request, text, "Persistence", "loading:0", "aof_enabled:1");
    section(
        request,
        text,
        "Stats",
        "total_connections_received:" + service.environment().registry().opened(),
        "rejected_connections:" + service.environment().registry().refused());
    section(request, text, "Replication", "role:master", "connected_slaves:0");
    section(request, text, "Cluster", "cluster_enabled:0");
    RespWriter.text(exchange.reply().buffer(), request.protocol(), text.toString());
  }

  private static void section(
      RespRequest request, StringBuilder text, String name, String... lines) {
    boolean wanted = request.count() == 1;
    for (int i = 1; i < request.count(); i++) {
      wanted |=
          request.is(i, name.toUpperCase(Locale.ROOT))
              || request.is(i, "ALL")
              || request.is(i, "DEFAULT")
              || request.is(i, "EVERYTHING");
    }
    if (!wanted) {
      return;
    }
    if (!text.isEmpty()) {
      text.append("\r\n");
    }
    text.append("# ").append(name).append("\r\n");
    for (String line : lines) {
      text.append(line).append("\r\n");
    }
  }

  // ---- CONFIG GET ----

  void config(Exchange exchange, RespRequest request) {
    if (!request.is(1, "GET")) {
      throw RespErrors.unknownSubcommand(request, "config");
    }
    if (request.count() < 3) {
      throw RespErrors.arity("config|get");
    }
    List<GlobPattern> patterns = new ArrayList<>();
    for (int i = 2; i < request.count(); i++) {
      patterns.add(
          new GlobPattern(
              request
                  .text(i)
                  .toLowerCase(Locale.ROOT)
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    Map<String, String> asked = new LinkedHashMap<>();
    parameters()
        .forEach(
            (name, value) -> {
              byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
              if (patterns.stream().anyMatch(pattern -> pattern.matches(bytes))) {
                asked.put(name, value);
              }
            });
    ByteBuf out = exchange.reply().buffer();
    RespWriter.map(out, request.protocol(), asked.size());
    asked.forEach(
        (name, value) -> {
          RespWriter.bulk(out, name);
          RespWriter.bulk(out, value);
        });
  }

  /** Parameters of Redis that have a counterpart. */
  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("appendfsync", appendFsync());
    parameters.put("appendonly", "yes");
    parameters.put("databases", String.valueOf(service.names().size()));
    parameters.put("maxclients", String.valueOf(service.facts().connectionsMax()));
    parameters.put("maxmemory-policy", "noeviction");
    parameters.put("proto-max-bulk-len", String.valueOf(service.environment().limits().maxFrame()));
    parameters.put("save", "");
    parameters.put("timeout", String.valueOf(service.facts().idleSeconds()));
    return parameters;
  }

  private String appendFsync() {
    return switch (service.facts().durability()) {
      case "always" -> "always";
      case "interval" -> "everysec";
      default -> "no";
    };
  }

  // ---- COMMAND ----

  void command(Exchange exchange, RespRequest request) {
    ByteBuf out = exchange.reply().buffer();
    List<RespCommand> all = commands.all();
    if (request.count() == 1) {
      RespWriter.array(out, all.size());
      all.forEach(command -> describe(out, request.protocol(), command));
    } else if (request.is(1, "COUNT") && request.count() == 2) {
      RespWriter.integer(out, all.size());
    } else if (request.is(1, "LIST") && request.count() == 2) {
      RespWriter.array(out, all.size());
      all.forEach(command -> RespWriter.bulk(out, command.name()));
    } else if (request.is(1, "INFO")) {
      infoOf(out, request);
    } else if (request.is(1, "DOCS")) {
      // There are none: help is in Velocity's own documentation.
      RespWriter.map(out, request.protocol(), 0);
    } else {
      throw RespErrors.unknownSubcommand(request, "command");
    }
  }

  private void infoOf(ByteBuf out, RespRequest request) {
    RespWriter.array(out, request.count() - 2);
    for (int i = 2; i < request.count(); i++) {
      RespCommand command = commands.find(request.text(i));
      if (command == null) {
        RespWriter.nil(out, request.protocol());
      } else {
        describe(out, request.protocol(), command);
      }
    }
  }

  /** Name, arity, flags, first key, last key, step, categories, tips, key specs, subcommands. */
  private static void describe(ByteBuf out, int protocol, RespCommand command) {
    RespWriter.array(out, 10);
    RespWriter.bulk(out, command.name());
    RespWriter.integer(out, command.arity());
    List<String> flags = flags(command);
    RespWriter.set(out, protocol, flags.size());
    flags.forEach(flag -> RespWriter.simple(out, flag));
    RespWriter.integer(out, command.keys().first());
    RespWriter.integer(out, command.keys().last());
    RespWriter.integer(out, command.keys().step());
    RespWriter.set(out, protocol, 0);
    RespWriter.array(out, 0);
    RespWriter.array(out, 0);
    RespWriter.array(out, 0);
  }

  private static List<String> flags(RespCommand command) {
    if (RespCommands.isBeforeLogin(command)) {
      return List.of("no_auth");
    }
    return command.opcode().access() == Access.READ
        ? List.of("readonly")
        : command.opcode().access() == Access.WRITE ? List.of("write") : List.of("fast");
  }
}
