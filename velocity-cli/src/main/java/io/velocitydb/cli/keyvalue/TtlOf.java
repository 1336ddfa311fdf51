package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.command.Ttl;
import io.velocitydb.client.value.Key;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells how long a key has left. */
@Command(
    name = "ttl",
    description = {
      "Print how long a key has left, or \"none\".",
      "When there is no such key, the exit code is 3."
    },
    footer = {"%nExample:", "  velocity ttl session:42"})
public final class TtlOf extends KeyCommand {
  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  /** Made by picocli. */
  public TtlOf(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    Key wanted = key(key);
    Optional<Duration> left =
        switch (client.ttl(wanted, ReadOptions.with())) {
          case Ttl.Missing missing -> throw noSuchKey(wanted);
          case Ttl.None none -> Optional.empty();
          case Ttl.Remaining remaining -> Optional.of(remaining.remaining());
        };
    if (json()) {
      Json.object(
          console,
          json -> {
            if (left.isPresent()) {
              json.writeNumberField("ttl_ms", left.get().toMillis());
            } else {
              json.writeNullField("ttl_ms");
            }
          });
    } else {
      console.out().println(TimeLeft.shown(left, "none"));
    }
    return ExitCode.DONE;
  }
}
