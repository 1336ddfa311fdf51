package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Sizes;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.DatabaseStats;
import io.velocitydb.client.admin.ServerStats;
import io.velocitydb.protocol.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows numbers of the server or of one database. */
@Command(
    name = "stats",
    description = "Show the state of the server, or the inside of one database.",
    footer = {"%nExamples:", "  velocity db stats", "  velocity db stats default --output json"})
public final class DbStats extends AdministrationCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A database (default: the server as a whole).")
  private @Nullable String name;

  /** Made by picocli. */
  public DbStats(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    if (name == null) {
      server(client.admin().stats());
    } else {
      database(client.admin().databaseStats(name));
    }
    return ExitCode.DONE;
  }

  private void server(ServerStats stats) {
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("server_version", stats.serverVersion());
            json.writeNumberField("uptime_ms", stats.uptime().toMillis());
            json.writeNumberField("connections", stats.connections());
            json.writeNumberField("databases", stats.databases());
            json.writeBooleanField("read_only", stats.readOnly());
            json.writeNumberField("disk_bytes", stats.diskBytes());
            json.writeNumberField("disk_free_bytes", stats.diskFreeBytes());
            json.writeNumberField("memory_used_bytes", stats.memoryUsedBytes());
            json.writeNumberField("memory_limit_bytes", stats.memoryLimitBytes());
            json.writeObjectFieldStart("numbers");
            for (Map.Entry<String, Double> number : new TreeMap<>(stats.numbers()).entrySet()) {
              json.writeNumberField(number.getKey(), number.getValue());
            }
            json.writeEndObject();
          });
      return;
    }
    Table table = new Table("WHAT", "VALUE");
    table.row("version", stats.serverVersion());
    table.row("up for", Durations.format(Duration.ofSeconds(stats.uptime().toSeconds())));
    table.row("takes writes", stats.readOnly() ? "no: read only" : "yes");
    table.row("connections", stats.connections());
    table.row("databases", stats.databases());
    table.row(
        "on disk", Sizes.of(stats.diskBytes()) + ", " + Sizes.of(stats.diskFreeBytes()) + " free");
    table.row(
        "memory", Sizes.of(stats.memoryUsedBytes()) + " of " + Sizes.of(stats.memoryLimitBytes()));
    numbers(table, stats.numbers());
    table.print(console);
  }

  private void database(DatabaseStats stats) {
    if (json()) {
      Json.object(
          console,
          json -> {
            DatabaseFields.write(json, stats.info());
            json.writeNumberField("memtable_bytes", stats.memtableBytes());
            json.writeNumberField("wal_bytes", stats.walBytes());
            json.writeArrayFieldStart("levels");
            for (DatabaseStats.Level level : stats.levels()) {
              json.writeStartObject();
              json.writeNumberField("level", level.level());
              json.writeNumberField("runs", level.runs());
              json.writeNumberField("files", level.files());
              json.writeNumberField("bytes", level.bytes());
              json.writeNumberField("entries", level.entries());
              json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectFieldStart("numbers");
            for (Map.Entry<String, Double> number : new TreeMap<>(stats.numbers()).entrySet()) {
              json.writeNumberField(number.getKey(), number.getValue());
            }
            json.writeEndObject();
          });
      return;
    }
    Table table = new Table("WHAT", "VALUE");
    table.row("keys (about)", stats.info().estimatedKeys());
    table.row("on disk", Sizes.of(stats.info().diskBytes()));
    table.row("memtable", Sizes.of(stats.memtableBytes()));
    table.row("log", Sizes.of(stats.walBytes()));
    for (DatabaseStats.Level level : stats.levels()) {
      table.row(
          "level " + level.level(),
          level.files()
              + " files in "
              + level.runs()
              + " runs, "
              + Sizes.of(level.bytes())
              + ", "
              + level.entries()
              + " entries");
    }
    numbers(table, stats.numbers());
    table.print(console);
  }

  private static void numbers(Table table, Map<String, Double> numbers) {
    new TreeMap<>(numbers)
        .forEach(
            (name, number) ->
                table.row(name, BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()));
  }
}
