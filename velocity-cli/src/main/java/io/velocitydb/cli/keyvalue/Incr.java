package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.IncrOptions;
import io.velocitydb.client.command.IncrResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Counts. */
@Command(
    name = "incr",
    description = "Add to a number and print the result; a missing key counts from 0.",
    footer = {"%nExamples:", "  velocity incr visits", "  velocity incr stock:apple -5"})
public final class Incr extends KeyCommand {
  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "BY",
      defaultValue = "1",
      description = "How much to add; may be negative (default: 1).")
  private long by;

  /** Made by picocli. */
  public Incr(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    IncrResult result = client.incr(key(key), by, IncrOptions.with());
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeNumberField("value", result.value());
            json.writeStringField("version", result.version().toString());
          });
    } else {
      console.out().println(result.value());
    }
    return ExitCode.DONE;
  }
}
