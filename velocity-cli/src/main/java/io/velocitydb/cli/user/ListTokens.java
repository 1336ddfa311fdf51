package io.velocitydb.cli.user;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.ApiToken;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists tokens. */
@Command(
    name = "list-tokens",
    description = "List the tokens with their rights, owners and ends; never their secrets.",
    footer = {"%nExample:", "  velocity admin list-tokens"})
public final class ListTokens extends AdministrationCommand {
  /** Made by picocli. */
  public ListTokens(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    List<ApiToken> tokens = client.admin().tokens();
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeArrayFieldStart("tokens");
            for (ApiToken token : tokens) {
              json.writeStartObject();
              json.writeStringField("name", token.name());
              json.writeStringField("id", token.id());
              json.writeStringField("role", Rights.label(token.role()));
              Rights.writeScopes(json, token.scopes());
              json.writeStringField("owner", token.owner().orElse(""));
              json.writeStringField("created", token.created().toString());
              json.writeStringField("expires", token.expires().map(Instant::toString).orElse(""));
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    } else {
      Table table = new Table("NAME", "ID", "ROLE", "SCOPES", "OWNER", "CREATED", "EXPIRES");
      for (ApiToken token : tokens) {
        table.row(
            token.name(),
            token.id(),
            Rights.label(token.role()),
            Rights.text(token.scopes()),
            token.owner().orElse("-"),
            token.created(),
            token.expires().map(Instant::toString).orElse("never"));
      }
      table.print(console);
    }
    return ExitCode.DONE;
  }
}
