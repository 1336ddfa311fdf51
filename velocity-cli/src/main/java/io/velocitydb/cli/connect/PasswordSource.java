package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a password comes from: the command line, a file, standard input, the environment, or a
 * question without echo.
 *
 * @param text on the command line
 * @param file whose first line it is; {@code -} is standard input
 */
public record PasswordSource(@Nullable String text, @Nullable Path file) {
  /** The environment variable that scripts set. */
  public static final String VARIABLE = "VELOCITY_PASSWORD";

  private static final int MAX_BYTES = 1_024;
  private static final String WARNING =
      "velocity: warning: others on this machine can see a password on the command line; better is --password-file, or being asked";

  /** The password if the command line says one. */
  public Optional<String> given(Console console, boolean quiet) {
    if (text != null && file != null) {
      throw new CommandFailure(ExitCode.USAGE, "give --password or --password-file, not both");
    }
    if (text != null) {
      if (!quiet) {
        console.err().println(WARNING);
      }
      return Optional.of(text);
    }
    return file == null ? Optional.empty() : Optional.of(readFirstLine(console, file));
  }

  /** Asks without echo, if somebody is there. */
  public static Optional<String> ask(Console console, String question) {
    if (!console.canAsk()) {
      return Optional.empty();
    }
    console.out().flush();
    java.io.Console terminal = System.console();
    char @Nullable [] typed = terminal.readPassword("%s", question);
    return typed == null ? Optional.empty() : Optional.of(new String(typed));
  }

  private static String readFirstLine(Console console, Path file) {
    try (InputStream in = file.toString().equals("-") ? console.in() : Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 2);
      int end = 0;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length && end > MAX_BYTES) {
        throw new CommandFailure(
            ExitCode.USAGE, file + ": a password has at most " + MAX_BYTES + " bytes");
      }
      int length = end > 0 && bytes[end - 1] == '\r' ? end - 1 : end;
      String line =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      if (line.isEmpty()) {
        throw new CommandFailure(
            ExitCode.USAGE, file + ": the first line, which should be the password, is empty");
      }
      return line;
    } catch (CharacterCodingException e) {
      throw new CommandFailure(ExitCode.USAGE, file + ": the password is not UTF-8", e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          file + ": the password cannot be read (" + e.getClass().getSimpleName() + ")",
          e);
    }
  }
}
