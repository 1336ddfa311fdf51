package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.connect.KeyspaceCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Asks for a sign of life. */
@Command(
    name = "ping",
    description = {
      "Ask the server for a sign of life and print the time it took.",
      "When none comes, the exit code is 4."
    },
    footer = {"%nExample:", "  velocity ping --url vdb://app@db.example:2005"})
public final class Ping extends KeyspaceCommand {
  /** Made by picocli. */
  public Ping(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    client.ping(); // the first one pays for what is loaded late
    Duration took = client.ping();
    if (json()) {
      Json.object(console, json -> json.writeNumberField("round_trip_us", took.toNanos() / 1_000));
    } else if (!output.quiet()) {
      console.out().println(String.format(Locale.ROOT, "%.2f ms", took.toNanos() / 1e6));
    }
    return ExitCode.DONE;
  }
}
