package io.velocitydb.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values in force, each with its origin. Immutable. */
public final class Settings {

  /** A value and where it came from. */
  record Value(Object value, Origin origin) {}

  private final Map<ConfigKey<?>, Value> values;
  private final Optional<Path> file;
  private final List<String> warnings;

  Settings(Map<ConfigKey<?>, Value> values, Optional<Path> file, List<String> warnings) {
    this.values = Map.copyOf(values);
    this.file = file;
    this.warnings = List.copyOf(warnings);
  }

  /** The value in force: set or default. */
  @SuppressWarnings("unchecked") // the loader puts under a key only what that key's own type read
  public <T> T get(ConfigKey<T> key) {
    Value set = values.get(key);
    return set == null ? key.defaultValue() : (T) set.value();
  }

  /** Where the value in force came from. */
  public Origin origin(ConfigKey<?> key) {
    Value set = values.get(key);
    return set == null ? new Origin.Default() : set.origin();
  }

  /** The value in force as it would be typed. */
  public <T> String text(ConfigKey<T> key) {
    return key.type().write().apply(get(key));
  }

  /** The file that was read, if there was one. */
  public Optional<Path> file() {
    return file;
  }

  /** What is odd but does not stop a start, a line each: the caller logs or prints them. */
  public List<String> warnings() {
    return warnings;
  }
}
