package io.velocitydb.cli.user;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.protocol.Role;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates a user. */
@Command(
    name = "create-user",
    description = {
      "Create a user.",
      "The first one is an admin, later ones may read and write, unless --role says otherwise."
    },
    footer = {
      "%nExamples:",
      "  velocity admin create-user --username admin",
      "  velocity admin create-user --username app --role readonly",
      "  velocity admin create-user --username app --password-file app.password",
      "  velocity admin create-user --username app --data-dir ./data",
      "%nWithout a password option it asks for one."
    })
public final class CreateUser extends UserCommand {
  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "admin, operator, readwrite or readonly.")
  private @Nullable String role;

  /** Made by picocli. */
  public CreateUser(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    Optional<Role> wanted = wantedRole();
    String password = newPassword();
    Role given =
        wanted.isPresent()
            ? client.admin().createUser(name(), password, wanted.get(), List.of())
            : client.admin().createUser(name(), password);
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("created", name());
            json.writeStringField("role", given.label());
          });
    }
    remark("created " + name() + " (" + given.label() + ")");
    return ExitCode.DONE;
  }

  private Optional<Role> wantedRole() {
    if (role == null) {
      return Optional.empty();
    }
    return Optional.of(Rights.role(role));
  }
}
