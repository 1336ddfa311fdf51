package io.velocitydb.cli.user;

import com.fasterxml.jackson.core.JsonGenerator;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.admin.Scope;
import io.velocitydb.client.value.Key;
import io.velocitydb.protocol.Role;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Roles and scopes as people and programs write and read them. */
final class Rights {
  private static final String ANY = "*";

  private Rights() {}

  /** The role of an option. */
  static Role role(String text) {
    return Role.named(text.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "--role: \"" + text + "\" is not one of admin, operator, readwrite, readonly"));
  }

  static String label(Optional<Role> role) {
    return role.map(Role::label).orElse("unknown");
  }

  /** The scope of an option: {@code DATABASE}, or {@code DATABASE:PREFIX}; any database is *. */
  static Scope scope(String text) {
    int colon = text.indexOf(':');
    String database = colon < 0 ? text : text.substring(0, colon);
    String prefix = colon < 0 ? "" : text.substring(colon + 1);
    if (database.isEmpty() || (database.equals(ANY) && prefix.isEmpty())) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--scope: \""
              + text
              + "\" is not of the form DATABASE, DATABASE:PREFIX or *:PREFIX; leave it out for"
              + " everything");
    }
    return new Scope(
        database.equals(ANY) ? "" : database,
        prefix.isEmpty() ? Optional.empty() : Optional.of(Key.of(prefix)));
  }

  /** Scopes for people; what {@link #scope} reads, with a * for the rest of a key. */
  static String text(List<Scope> scopes) {
    return scopes.isEmpty()
        ? "all"
        : scopes.stream()
            .map(
                scope ->
                    (scope.database().isEmpty() ? ANY : scope.database())
                        + scope.prefix().map(prefix -> ":" + prefix + ANY).orElse(""))
            .collect(Collectors.joining(" "));
  }

  static void writeScopes(JsonGenerator json, List<Scope> scopes) throws IOException {
    json.writeArrayFieldStart("scopes");
    for (Scope scope : scopes) {
      json.writeStartObject();
      json.writeStringField("database", scope.database());
      json.writeStringField("prefix", scope.prefix().map(Object::toString).orElse(""));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
