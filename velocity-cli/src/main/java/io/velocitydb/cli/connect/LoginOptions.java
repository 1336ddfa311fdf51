package io.velocitydb.cli.connect;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How the user of the URL shows who they are; without any of these VELOCITY_PASSWORD, then a
 * question.
 */
public final class LoginOptions {
  @Option(
      names = "--password",
      paramLabel = "PW",
      description = "The password; others on this machine can see it, better is --password-file.")
  private @Nullable String password;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The password is the first line of this file; - is standard input.")
  private @Nullable Path passwordFile;

  /** The password that was given, if one was. */
  PasswordSource source() {
    return new PasswordSource(password, passwordFile);
  }
}
