package io.velocitydb.cli.user;

import io.velocitydb.cli.connect.PasswordSource;
import io.velocitydb.cli.connect.ServerCommand;
import io.velocitydb.cli.connect.Target;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * A command that sets a user's password. Its password options are the user's, not those of whoever
 * runs the command.
 */
abstract class UserCommand extends ServerCommand {
  @Option(
      names = "--username",
      required = true,
      paramLabel = "NAME",
      description = "The user's name.")
  private String name = "";

  @Option(
      names = "--password",
      paramLabel = "PW",
      description = "The new password; others on this machine can see it, better is to be asked.")
  private @Nullable String password;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The new password is the first line of this file; - is standard input.")
  private @Nullable Path passwordFile;

  UserCommand(Console console) {
    super(console);
  }

  /** Whose password it is. */
  final String name() {
    return name;
  }

  /**
   * The password to set: given, or typed twice, or {@code VELOCITY_PASSWORD} where that is not
   * already the password of whoever runs the command over a URL.
   */
  final String newPassword() throws Exception {
    Optional<String> given =
        new PasswordSource(password, passwordFile).given(console, output.quiet());
    if (given.isPresent()) {
      return given.get();
    }
    if (target() instanceof Target.Local) {
      Optional<String> variable = console.variable(PasswordSource.VARIABLE);
      if (variable.isPresent()) {
        return variable.get();
      }
    }
    String first =
        PasswordSource.ask(console, "New password of " + name + ": ")
            .orElseThrow(
                () ->
                    usage(
                        "no password for "
                            + name
                            + "; give --password-file, or set VELOCITY_PASSWORD"));
    if (!PasswordSource.ask(console, "Once more: ").equals(Optional.of(first))) {
      throw new CommandFailure(ExitCode.FAILED, "the two passwords differ; nothing was changed");
    }
    return first;
  }
}
