package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.cli.keyvalue.Bytes;
import io.velocitydb.cli.keyvalue.EntryFields;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.HotKey;
import io.velocitydb.client.value.Key;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the keys that are touched most. */
@Command(
    name = "hotkeys",
    description = {
      "Show the keys of a database that are read and written most, with about how",
      "often a second, over the last 10 to 20 seconds. Where all keys are touched",
      "alike none is shown."
    },
    footer = {
      "%nExamples:",
      "  velocity db hotkeys",
      "  velocity db hotkeys orders --limit 5 --output json"
    })
public final class DbHotKeys extends AdministrationCommand {
  private static final int LIMIT_MAX = 500;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "A database (default: ${DEFAULT-VALUE}).")
  private String name = "default";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many, up to 500 (default: ${DEFAULT-VALUE}).")
  private int limit;

  /** Made by picocli. */
  public DbHotKeys(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw usage("--limit is from 1 to " + LIMIT_MAX);
    }
    List<HotKey> keys = client.admin().hotKeys(name, limit);
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeArrayFieldStart("keys");
            for (HotKey hot : keys) {
              json.writeStartObject();
              EntryFields.key(json, hot.key());
              json.writeNumberField("key_bytes", hot.keyBytes());
              json.writeNumberField("reads_per_second", hot.readsPerSecond());
              json.writeNumberField("writes_per_second", hot.writesPerSecond());
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    } else {
      Table table = new Table(">READS/S", ">WRITES/S", "KEY");
      for (HotKey hot : keys) {
        table.row(
            rate(hot.readsPerSecond()),
            rate(hot.writesPerSecond()),
            shown(hot.key(), hot.keyBytes()));
      }
      table.print(console);
    }
    return ExitCode.DONE;
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%.1f", perSecond);
  }

  /** A key of which there may be more than the server keeps. */
  static String shown(Key key, long bytes) {
    String shown = Bytes.shown(key.toBytes(), false);
    return bytes > key.toBytes().length ? shown + "... (" + bytes + " bytes)" : shown;
  }
}
