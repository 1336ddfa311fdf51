package io.velocitydb.client.auth;

import io.velocitydb.protocol.scram.Token;
import java.util.Map;
import java.util.Optional;

/**
 * What a client shows to the server. Immutable; {@code toString()} tells no secret.
 *
 * <p>A password is kept as text, since it is needed again when the server's salt changes.
 */
public sealed interface Credentials {

  /** Nobody: good for the administration socket only. */
  record Anonymous() implements Credentials {}

  /**
   * A user with a password.
   *
   * @param user the name
   * @param password of the user
   */
  record Password(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return "password of " + user;
    }
  }

  /**
   * A token in place of a user and a password.
   *
   * @param token its id is sent, its secret is not
   */
  record Bearer(Token token) implements Credentials {
    @Override
    public String toString() {
      return token.toString();
    }
  }

  /**
   * The client's certificate, which TLS has shown already.
   *
   * @param user whom it must name; empty for whomever it names
   */
  record Certificate(String user) implements Credentials {}

  /** No credentials. */
  static Credentials none() {
    return new Anonymous();
  }

  /** A user with a password. */
  static Credentials password(String user, String password) {
    return new Password(user, password);
  }

  /**
   * A token, {@code vdb_} and 54 characters.
   *
   * @throws IllegalArgumentException if it is not of that form; the message does not contain it
   */
  static Credentials token(String text) {
    return new Bearer(Token.parse(text));
  }

  /**
   * The token of the environment, {@code VDB_TOKEN} or else {@code VELOCITY_TOKEN}.
   *
   * @param environment as {@link System#getenv()}
   * @throws IllegalArgumentException if the variable holds something else
   */
  static Optional<Credentials> fromEnvironment(Map<String, String> environment) {
    for (String name : new String[] {"VDB_TOKEN", "VELOCITY_TOKEN"}) {
      String text = environment.get(name);
      if (text != null && !text.isBlank()) {
        return Optional.of(token(text.strip()));
      }
    }
    return Optional.empty();
  }
}
