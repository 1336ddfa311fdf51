package io.velocitydb.bench;

import io.velocitydb.bench.adaptive.AdaptiveCommand;
import io.velocitydb.bench.adaptive.AdaptiveStep;
import io.velocitydb.bench.engine.EngineCommand;
import io.velocitydb.bench.engine.StepCommand;
import io.velocitydb.bench.linearizability.run.LinearizabilityCommand;
import io.velocitydb.bench.micro.MicroCommand;
import io.velocitydb.bench.opening.OpeningCommand;
import io.velocitydb.bench.opening.OpeningStep;
import io.velocitydb.bench.redis.ServerCommand;
import io.velocitydb.bench.responder.ResponderStep;
import io.velocitydb.bench.smoke.SmokeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of {@code velocity-bench/run}: one subcommand per benchmark. */
@Command(
    name = "velocity-bench/run",
    description =
        "Measures Velocity on this machine; every figure in the documentation comes from here.",
    mixinStandardHelpOptions = true,
    subcommands = {
      SmokeCommand.class,
      ServerCommand.class,
      EngineCommand.class,
      MicroCommand.class,
      AdaptiveCommand.class,
      OpeningCommand.class,
      LinearizabilityCommand.class,
      StepCommand.class,
      AdaptiveStep.class,
      OpeningStep.class,
      ResponderStep.class
    })
public final class Bench {
  private Bench() {}

  /** Runs the benchmark that the arguments name; ends with 0 when it ran, 2 on wrong usage. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  failure.printStackTrace();
                  return 1;
                })
            .execute(args));
  }
}
