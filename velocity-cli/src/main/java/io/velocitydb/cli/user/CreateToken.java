package io.velocitydb.cli.user;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.NewToken;
import io.velocitydb.client.admin.Scope;
import io.velocitydb.protocol.Durations;
import io.velocitydb.protocol.Role;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a token. */
@Command(
    name = "create-token",
    description = {
      "Make a token with which a program logs in, and print it.",
      "It is printed this once: the server keeps no copy of its secret."
    },
    footer = {
      "%nExamples:",
      "  velocity admin create-token --name app --role readonly --expires 30d",
      "  velocity admin create-token --name shop --scope orders:2026/ --scope stock",
      "  velocity admin create-token --name job > job.token",
      "%nPrograms find it in VDB_TOKEN. It can do no more than the user who made it",
      "and ends with that user; made by the owner of the data folder, it has no user."
    })
public final class CreateToken extends AdministrationCommand {
  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "What people call it; no two tokens have the same name.")
  private String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "admin, operator, readwrite (default) or readonly.")
  private @Nullable String role;

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description =
          "DATABASE, or DATABASE:PREFIX for the keys that begin so, in any database *:PREFIX; may be repeated. Without one: everything.")
  private List<String> scopes = List.of();

  @Option(
      names = "--expires",
      paramLabel = "DURATION",
      description = "It counts no more after so long, like 30d or 12h. Without it: never.")
  private @Nullable String expires;

  /** Made by picocli. */
  public CreateToken(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    Role given = role == null ? Role.READWRITE : Rights.role(role);
    List<Scope> within = scopes.stream().map(Rights::scope).toList();
    Optional<Instant> end = end();
    NewToken made =
        end.isPresent()
            ? client.admin().createToken(name, given, within, end.get())
            : client.admin().createToken(name, given, within);
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("created", name);
            json.writeStringField("id", made.id());
            json.writeStringField("role", given.label());
            json.writeStringField("expires", end.map(Instant::toString).orElse(""));
            json.writeStringField("token", made.token());
          });
    } else {
      console.out().println(made.token());
    }
    remark(
        "created "
            + name
            + " ("
            + given.label()
            + ", id "
            + made.id()
            + "); keep the token now: it is shown this once and cannot be shown again");
    return ExitCode.DONE;
  }

  private Optional<Instant> end() {
    if (expires == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Instant.now().plus(Durations.parse(expires)).truncatedTo(ChronoUnit.MILLIS));
    } catch (IllegalArgumentException e) {
      throw usage("--expires: " + e.getMessage());
    }
  }
}
