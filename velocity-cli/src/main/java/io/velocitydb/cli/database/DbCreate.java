package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.config.Quantity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a database. */
@Command(
    name = "create",
    description = "Create a database.",
    footer = {"%nExample:", "  velocity db create orders --max-disk 20GiB"})
public final class DbCreate extends AdministrationCommand {
  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(
      names = "--max-disk",
      paramLabel = "SIZE",
      description = "The most it may take on disk (default: the server's setting).")
  private @Nullable String maxDisk;

  /** Made by picocli. */
  public DbCreate(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    client.admin().createDatabase(name, maxDiskBytes());
    if (json()) {
      Json.object(console, json -> json.writeStringField("created", name));
    }
    remark("created " + name);
    return ExitCode.DONE;
  }

  private long maxDiskBytes() {
    try {
      return maxDisk == null ? 0 : Quantity.bytes(maxDisk);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--max-disk: " + e.getMessage(), e);
    }
  }
}
