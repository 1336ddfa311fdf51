package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import java.util.regex.Pattern;

/** What a database may be called: safe as a file name on every system. */
final class DatabaseName {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

  private DatabaseName() {}

  static void check(String name) {
    if (!ALLOWED.matcher(name).matches()) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "a database name has 1 to 64 of the characters A-Z a-z 0-9 _ . - and does not begin with"
              + " . or -");
    }
  }
}
