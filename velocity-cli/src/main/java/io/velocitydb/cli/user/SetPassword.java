package io.velocitydb.cli.user;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.protocol.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sets a user's password. */
@Command(
    name = "passwd",
    description = "Set a user's password.",
    footer = {
      "%nExamples:",
      "  velocity admin passwd --username app",
      "  velocity admin passwd --username app --keep-previous 24h",
      "%nWith --keep-previous, programs change over to the new one without a gap."
    })
public final class SetPassword extends UserCommand {
  @Option(
      names = "--keep-previous",
      paramLabel = "DURATION",
      description = "The old password stays good for so long beside the new one.")
  private @Nullable String keepPrevious;

  /** Made by picocli. */
  public SetPassword(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    Duration keep = keep();
    client.admin().setPassword(name(), newPassword(), keep);
    if (json()) {
      Json.object(console, json -> json.writeStringField("changed", name()));
    }
    remark("changed the password of " + name());
    return ExitCode.DONE;
  }

  private Duration keep() {
    try {
      return keepPrevious == null ? Duration.ZERO : Durations.parse(keepPrevious);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--keep-previous: " + e.getMessage(), e);
    }
  }
}
