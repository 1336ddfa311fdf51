package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.cli.keyvalue.EntryFields;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.SlowOperation;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the requests that took the server long. */
@Command(
    name = "slowlog",
    description = {
      "Show the latest requests that took long, the last one first: when, how long,",
      "what, on which key, and whose. From how long on is a setting of the server,",
      "performance.slow_log_threshold."
    },
    footer = {"%nExamples:", "  velocity db slowlog --limit 10", "  velocity db slowlog --reset"})
public final class DbSlowLog extends AdministrationCommand {
  private static final int MICROS_PER_MS_DIGITS = 3;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: all).")
  private @Nullable Integer limit;

  @Option(names = "--reset", description = "Show all that are kept, and forget them.")
  private boolean reset;

  /** Made by picocli. */
  public DbSlowLog(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    if (limit != null && (limit < 1 || reset)) {
      throw usage(reset ? "--reset forgets all, so it takes no --limit" : "--limit is at least 1");
    }
    List<SlowOperation> operations =
        reset ? client.admin().resetSlowLog() : client.admin().slowLog(limit == null ? 0 : limit);
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeArrayFieldStart("operations");
            for (SlowOperation operation : operations) {
              json.writeStartObject();
              json.writeStringField("began", operation.began().toString());
              json.writeNumberField(
                  "duration_us", TimeUnit.NANOSECONDS.toMicros(operation.duration().toNanos()));
              json.writeStringField("operation", operation.operation());
              json.writeStringField("database", operation.database());
              if (operation.key().isPresent()) {
                EntryFields.key(json, operation.key().get());
              }
              json.writeNumberField("key_bytes", operation.keyBytes());
              json.writeNumberField("keys", operation.keys());
              json.writeStringField("user", operation.user());
              json.writeStringField("address", operation.address());
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    } else {
      Table table =
          new Table("BEGAN", ">MS", "OPERATION", "DATABASE", ">KEYS", "USER", "ADDRESS", "KEY");
      for (SlowOperation operation : operations) {
        table.row(
            operation.began(),
            BigDecimal.valueOf(
                TimeUnit.NANOSECONDS.toMicros(operation.duration().toNanos()),
                MICROS_PER_MS_DIGITS),
            operation.operation(),
            operation.database(),
            operation.keys(),
            operation.user(),
            operation.address(),
            operation.key().map(key -> DbHotKeys.shown(key, operation.keyBytes())).orElse(""));
      }
      table.print(console);
    }
    return ExitCode.DONE;
  }
}
