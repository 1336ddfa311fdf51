package io.velocitydb.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that only groups commands; alone it is a wrong usage that shows what there is. */
@Command
abstract class CommandGroup implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli fills spec in
  CommandGroup() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which one? " + spec.qualifiedName() + " " + String.join("|", spec.subcommands().keySet()));
  }
}
