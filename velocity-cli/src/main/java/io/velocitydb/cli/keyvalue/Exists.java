package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.ReadOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Counts which keys are there. */
@Command(
    name = "exists",
    description = {"Print how many of the keys are there.", "When none is, the exit code is 3."},
    footer = {"%nExample:", "  velocity exists session:42 && echo signed in"})
public final class Exists extends KeyCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "KEY",
      description = "The keys; one named twice counts twice.")
  private List<String> keys = new ArrayList<>();

  /** Made by picocli. */
  public Exists(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    long count = client.exists(keys(keys), ReadOptions.with());
    if (json()) {
      Json.object(console, json -> json.writeNumberField("count", count));
    } else if (!output.quiet()) {
      console.out().println(count);
    }
    return count == 0 ? ExitCode.NOT_FOUND : ExitCode.DONE;
  }
}
