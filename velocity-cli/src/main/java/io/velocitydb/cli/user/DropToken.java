package io.velocitydb.cli.user;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.ApiToken;
import io.velocitydb.protocol.scram.Token;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes a token. */
@Command(
    name = "drop-token",
    description = {"Remove a token. Who came in with it is refused from the next request on."},
    footer = {
      "%nExamples:",
      "  velocity admin drop-token --name app",
      "  velocity admin drop-token --id AQEBAQEBAQE"
    })
public final class DropToken extends AdministrationCommand {
  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  /** One of the two. */
  static final class Which {
    @Option(
        names = "--name",
        required = true,
        paramLabel = "NAME",
        description = "The token's name.")
    private @Nullable String name;

    @Option(
        names = "--id",
        required = true,
        paramLabel = "ID",
        description = "The token's id, as list-tokens shows it.")
    private @Nullable String id;
  }

  /** Made by picocli. */
  public DropToken(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    String id = which.id == null ? idOf(String.valueOf(which.name), client) : checked(which.id);
    client.admin().dropToken(id);
    if (json()) {
      Json.object(console, json -> json.writeStringField("dropped", id));
    }
    remark("dropped " + (which.name == null ? id : which.name));
    return ExitCode.DONE;
  }

  private static String idOf(String name, VelocityClient client) {
    return client.admin().tokens().stream()
        .filter(token -> token.name().equals(name))
        .map(ApiToken::id)
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NOT_FOUND,
                    "there is no token "
                        + name
                        + "; \"velocity admin list-tokens\" shows what there is"));
  }

  private static String checked(String id) {
    try {
      return Token.idText(Token.parseId(id));
    } catch (IllegalArgumentException e) {
      throw usage("--id: " + e.getMessage());
    }
  }
}
