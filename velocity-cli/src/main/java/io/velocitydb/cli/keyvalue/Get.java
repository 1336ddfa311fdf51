package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.value.Key;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a key. */
@Command(
    name = "get",
    description = {"Print the value of a key.", "When there is none, the exit code is 3."},
    footer = {
      "%nExamples:",
      "  velocity get greeting",
      "  velocity get picture --raw > picture.png",
      "  velocity get 0x00ff --hex"
    })
public final class Get extends KeyCommand {
  @Parameters(paramLabel = "KEY", description = "The key; - reads it from standard input.")
  private String key = "";

  @Option(
      names = "--raw",
      description = "The value's bytes and nothing else, not even a line break.")
  private boolean raw;

  /** Made by picocli. */
  public Get(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    Key wanted = key(key);
    Optional<Entry> found = client.get(wanted, ReadOptions.with());
    Entry entry = found.orElseThrow(() -> noSuchKey(wanted));
    byte[] value = entry.value().toBytes();
    if (json()) {
      Json.object(
          console,
          json -> {
            EntryFields.entry(json, entry, false);
            json.writeStringField("version", entry.version().toString());
          });
    } else if (raw) {
      console.out().write(value, 0, value.length);
    } else if (hex()) {
      console.out().println(Bytes.hex(value));
    } else if (console.outIsTerminal()) {
      console.out().println(Table.visibleLines(Bytes.shown(value, false)));
    } else {
      console.out().write(value, 0, value.length);
      console.out().write('\n');
    }
    return ExitCode.DONE;
  }
}
