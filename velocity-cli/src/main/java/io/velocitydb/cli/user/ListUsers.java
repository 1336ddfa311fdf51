package io.velocitydb.cli.user;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.User;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists users. */
@Command(
    name = "list-users",
    description = "List the users with their roles and scopes.",
    footer = {"%nExample:", "  velocity admin list-users"})
public final class ListUsers extends AdministrationCommand {
  /** Made by picocli. */
  public ListUsers(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    List<User> users = client.admin().users();
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeArrayFieldStart("users");
            for (User user : users) {
              json.writeStartObject();
              json.writeStringField("name", user.name());
              json.writeStringField("role", Rights.label(user.role()));
              Rights.writeScopes(json, user.scopes());
              json.writeStringField("created", user.created().toString());
              json.writeStringField("password_changed", user.passwordChanged().toString());
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    } else {
      Table table = new Table("NAME", "ROLE", "SCOPES", "CREATED", "PASSWORD CHANGED");
      for (User user : users) {
        table.row(
            user.name(),
            Rights.label(user.role()),
            Rights.text(user.scopes()),
            user.created(),
            user.passwordChanged());
      }
      table.print(console);
    }
    return ExitCode.DONE;
  }
}
