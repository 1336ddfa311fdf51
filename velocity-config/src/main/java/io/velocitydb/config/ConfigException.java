package io.velocitydb.config;

import java.util.List;

/**
 * A configuration that cannot be used. The message has one line per problem, each with its place
 * and its remedy.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  /** At least one problem, each a line without a line break. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /** One line each. */
  public List<String> problems() {
    return getMessage().lines().toList();
  }
}
