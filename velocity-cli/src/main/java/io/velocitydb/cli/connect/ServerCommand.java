package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.AnsweringCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.config.RunningServers;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** A command that talks to a server. */
public abstract class ServerCommand extends AnsweringCommand {
  @Mixin(name = ConnectionOptions.MIXIN)
  private ConnectionOptions connection = new ConnectionOptions();

  /** A command on this console. */
  protected ServerCommand(Console console) {
    super(console);
  }

  /** Does it with this client, which is closed afterwards. */
  protected abstract ExitCode run(VelocityClient client) throws Exception;

  /** The password that the command line gives for the user of the URL. */
  protected PasswordSource login() {
    return new PasswordSource(null, null);
  }

  /** The database to work in, if the command line names one. */
  protected Optional<String> database() {
    return Optional.empty();
  }

  /** The server that is meant. */
  protected final Target target() throws Exception {
    return finder().find(connection());
  }

  /** The folder of a server that is meant but does not run. */
  protected final Optional<Path> stoppedDataDir() throws Exception {
    return finder().stoppedDataDir(connection());
  }

  private ServerFinder finder() {
    return new ServerFinder(console, RunningServers.ofThisUser());
  }

  @Override
  protected ExitCode run() throws Exception {
    Target target = target();
    Connector connector = new Connector(console, connection(), login(), database(), output.quiet());
    try (VelocityClient client = connector.connect(target)) {
      return run(client);
    } catch (VelocityException e) {
      throw ServerFailure.of(e, target);
    }
  }

  /** Where the connection options stand: behind the command, or in front of it. */
  protected final ConnectionOptions connection() {
    return connection.orInFrontOf(spec());
  }
}
