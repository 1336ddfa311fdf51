package io.velocitydb.config;

import java.util.List;
import java.util.Locale;

/**
 * One setting.
 *
 * @param name with its section, as {@code server.bind_address}
 * @param type how it is read and checked
 * @param defaultText the default, as it would be typed
 * @param change when a changed value takes effect
 * @param doc one sentence for people
 * @param aliases other names under which a file or the environment may set it
 */
public record ConfigKey<T>(
    String name,
    ValueType<T> type,
    String defaultText,
    Change change,
    String doc,
    List<String> aliases) {

  /** When a changed value takes effect. */
  public enum Change {
    /** At once, in a running server. */
    LIVE,
    /** When the server starts next. */
    RESTART
  }

  /** The default; every key has one. */
  public T defaultValue() {
    return type.read().apply(defaultText);
  }

  /** The environment variable that sets it: {@code VELOCITY_SERVER_BIND_ADDRESS}. */
  public String variable() {
    return variableOf(name);
  }

  /**
   * The system property by which a command-line flag reaches the server: {@code
   * velocity.flag.server.bind_address}.
   */
  public String flagProperty() {
    return ConfigLoader.FLAG_PREFIX + name;
  }

  /** The table of the file it belongs to, as {@code server}. */
  public String section() {
    return name.substring(0, name.lastIndexOf('.'));
  }

  static String variableOf(String name) {
    return ConfigLoader.VARIABLE_PREFIX + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
