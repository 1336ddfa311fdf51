package io.velocitydb.client.admin;

/**
 * A token that was just made. This is the only time that it is told: the server keeps no copy.
 *
 * @param id eleven characters, by which it is dropped
 * @param token the whole, {@code vdb_} and 54 characters, to be kept secret
 */
public record NewToken(String id, String token) {

  /** The id alone. */
  @Override
  public String toString() {
    return "token " + id;
  }
}
