package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops a database. */
@Command(
    name = "drop",
    description = {
      "Delete a database with all that is in it.",
      "There is no way back but a backup."
    },
    footer = {"%nExamples:", "  velocity db drop orders", "  velocity db drop orders --yes"})
public final class DbDrop extends AdministrationCommand {
  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  /** Made by picocli. */
  public DbDrop(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    if (!yes && !confirmed()) {
      throw usage("nothing was dropped: the name was not confirmed");
    }
    client.admin().dropDatabase(name);
    if (json()) {
      Json.object(console, json -> json.writeStringField("dropped", name));
    }
    remark("dropped " + name);
    return ExitCode.DONE;
  }

  private boolean confirmed() throws IOException {
    if (!console.canAsk()) {
      throw usage("nobody is there to be asked; add --yes to drop " + name);
    }
    console.err().print("This deletes all data of \"" + name + "\". Type its name to go on: ");
    console.err().flush();
    String answer =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)).readLine();
    return name.equals(answer);
  }
}
