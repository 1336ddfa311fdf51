package io.velocitydb.cli;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ConsoleCommand;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Table;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every failure into one line that says what to do, and an exit code; a stack trace only with
 * {@code --verbose}.
 */
final class OneLineErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String PICOCLI_PREFIX = "Error: ";

  private final Console console;

  OneLineErrors(Console console) {
    this.console = console;
  }

  @Override
  public int handleExecutionException(Exception exception, CommandLine line, ParseResult parsed) {
    say(describe(exception));
    if (line.getCommand() instanceof ConsoleCommand command && command.verbose()) {
      exception.printStackTrace(console.err());
    }
    return exception instanceof CommandFailure failure
        ? failure.exitCode().number()
        : ExitCode.FAILED.number();
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine line = exception.getCommandLine();
    List<String> suggestions =
        exception instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    String hint =
        suggestions.isEmpty() ? "" : " did you mean " + String.join(" or ", suggestions) + "?";
    String message =
        exception instanceof UnmatchedArgumentException unmatched
            ? "what is \"" + String.join(" ", unmatched.getUnmatched()) + "\"?"
            : oneLine(exception.getMessage());
    say(message + hint + " (see \"" + line.getCommandSpec().qualifiedName() + " --help\")");
    return ExitCode.USAGE.number();
  }

  private void say(String message) {
    message.lines().forEach(text -> console.err().println("velocity: " + Table.visible(text)));
  }

  private static String describe(Exception exception) {
    return switch (exception) {
      case CommandFailure failure -> failure.getMessage();
      case NoSuchFileException e -> e.getFile() + ": there is no such file or folder";
      case AccessDeniedException e -> e.getFile() + ": access denied";
      default -> {
        String message = exception.getMessage();
        yield message == null
            ? exception.getClass().getSimpleName() + " (--verbose shows where)"
            : message;
      }
    };
  }

  private static String oneLine(String message) {
    String line = String.join(" ", message.lines().map(String::strip).toList());
    return line.startsWith(PICOCLI_PREFIX) ? line.substring(PICOCLI_PREFIX.length()) : line;
  }
}
