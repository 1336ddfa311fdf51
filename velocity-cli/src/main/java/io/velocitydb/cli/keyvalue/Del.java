package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.DeleteOptions;
import io.velocitydb.client.value.Key;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes keys. */
@Command(
    name = "del",
    description = {
      "Remove keys and print how many there were.",
      "When there was none of them, the exit code is 3."
    },
    footer = {"%nExample:", "  velocity del session:42 session:43"})
public final class Del extends KeyCommand {
  @Parameters(arity = "1..*", paramLabel = "KEY", description = "The keys.")
  private List<String> keys = new ArrayList<>();

  /** Made by picocli. */
  public Del(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    long deleted = 0;
    for (Key key : keys(keys)) {
      deleted += client.delete(key, DeleteOptions.with()).existed() ? 1 : 0;
    }
    long count = deleted;
    if (json()) {
      Json.object(console, json -> json.writeNumberField("deleted", count));
    } else if (!output.quiet()) {
      console.out().println(count);
    }
    return count == 0 ? ExitCode.NOT_FOUND : ExitCode.DONE;
  }
}
