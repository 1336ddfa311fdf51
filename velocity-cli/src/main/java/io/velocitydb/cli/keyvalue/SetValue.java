package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.command.SetResult;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores a value. */
@Command(
    name = "set",
    description = "Store a value under a key.",
    footer = {
      "%nExamples:",
      "  velocity set greeting 'hello, world'",
      "  velocity set session:42 signed-in --ttl 2h",
      "  velocity set picture - < picture.png",
      "%nWhen a condition does not hold, nothing is stored and the exit code is 1."
    })
public final class SetValue extends KeyCommand {
  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Parameters(
      index = "1",
      paramLabel = "VALUE",
      description = "The value; - reads standard input to its end.")
  private String value = "";

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      description = "Forget it after this time, as 90s, 2h or 1d12h.")
  private @Nullable String ttl;

  @ArgGroup private @Nullable Condition condition;

  /** At most one of them. */
  static final class Condition {
    @Option(names = "--if-absent", description = "Only if there is no such key.")
    private boolean ifAbsent;

    @Option(
        names = "--if-version",
        paramLabel = "N",
        description =
            "Only if the key's version is this (\"velocity get KEY --output json\" shows it).")
    private @Nullable String ifVersion;
  }

  /** Made by picocli. */
  public SetValue(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    if (key.equals("-") && value.equals("-")) {
      throw usage("standard input can be the key or the value, not both");
    }
    Key target = key(key);
    SetResult result = client.set(target, Bytes.value(console, value, hex()), options());
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeBooleanField("applied", result.applied());
            json.writeStringField("version", result.version().toString());
          });
    }
    if (!result.applied()) {
      throw new CommandFailure(ExitCode.FAILED, "not stored: " + reason(result.version()));
    }
    remark("stored, version " + result.version());
    return ExitCode.DONE;
  }

  private SetOptions options() {
    SetOptions options = SetOptions.with();
    try {
      if (ttl != null) {
        options = options.ttl(ttl);
      }
      if (condition != null && condition.ifAbsent) {
        options = options.ifAbsent();
      }
      if (condition != null && condition.ifVersion != null) {
        options = options.ifVersion(Version.of(Long.parseUnsignedLong(condition.ifVersion)));
      }
    } catch (NumberFormatException e) {
      throw new CommandFailure(ExitCode.USAGE, "--if-version takes a number", e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--ttl: " + e.getMessage(), e);
    }
    return options;
  }

  private static String reason(Version current) {
    return current.equals(Version.ABSENT)
        ? "there is no such key"
        : "the key is there, with version " + current;
  }
}
