package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.KeyRange;
import io.velocitydb.client.command.Scan;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists keys in order. */
@Command(
    name = "scan",
    description = "List keys in their order, with values and remaining time.",
    footer = {"%nExamples:", "  velocity scan session: --limit 20", "  velocity scan --keys-only"})
public final class ScanKeys extends KeyCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only keys that begin with this (default: all).")
  private @Nullable String prefix;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
  private @Nullable Long limit;

  @Option(names = "--keys-only", description = "Keys without their values; one a line.")
  private boolean keysOnly;

  /** Made by picocli. */
  public ScanKeys(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    if (limit != null && limit < 1) {
      throw usage("--limit is at least 1");
    }
    Scan scan =
        Scan.of(prefix == null || prefix.isEmpty() ? KeyRange.all() : KeyRange.prefix(key(prefix)));
    scan = keysOnly ? scan.keysOnly() : scan;
    scan = limit == null ? scan : scan.limit(limit);
    if (json()) {
      printJson(client, scan);
    } else if (keysOnly) {
      printKeys(client, scan);
    } else {
      printTables(client, scan);
    }
    return ExitCode.DONE;
  }

  private void printJson(VelocityClient client, Scan scan) {
    Json.object(
        console,
        json -> {
          json.writeArrayFieldStart("entries");
          for (Entry entry : client.scan(scan)) {
            json.writeStartObject();
            EntryFields.entry(json, entry, keysOnly);
            json.writeStringField("version", entry.version().toString());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private void printKeys(VelocityClient client, Scan scan) {
    for (Entry entry : client.scan(scan)) {
      console.out().println(Table.visible(Bytes.shown(entry.key().toBytes(), hex())));
    }
  }

  /** A page is a table of its own: columns fit what is in it, and memory stays bounded. */
  private void printTables(VelocityClient client, Scan scan) {
    Iterator<Entry> entries = client.scan(scan).iterator();
    boolean first = true;
    while (first || entries.hasNext()) {
      Table table = new Table("KEY", ">EXPIRES IN", "VALUE").withHeadings(first);
      for (int row = 0; row < Scan.PAGE_SIZE_MAX && entries.hasNext(); row++) {
        Entry entry = entries.next();
        table.row(
            Bytes.shown(entry.key().toBytes(), hex()),
            TimeLeft.shown(entry.ttl(), ""),
            Bytes.shown(entry.value().toBytes(), hex()));
      }
      table.print(console);
      first = false;
    }
  }
}
