package io.velocitydb.client.admin;

import io.velocitydb.client.value.Key;
import java.util.Optional;

/**
 * What a user may touch.
 *
 * @param database the only one; empty text is every one
 * @param prefix what every key must start with; empty if any key will do
 */
public record Scope(String database, Optional<Key> prefix) {

  /** Everything in that database. */
  public static Scope database(String name) {
    return new Scope(name, Optional.empty());
  }

  /** The keys of that database which start with {@code prefix}. */
  public static Scope prefix(String database, String prefix) {
    return new Scope(database, Optional.of(Key.of(prefix)));
  }
}
