package io.velocitydb.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a user's own Velocity files: {@code ~/.velocity}, with known hosts and pointers to
 * running servers.
 */
public final class VelocityHome {
  /** The environment variable that puts it elsewhere. */
  public static final String VARIABLE = "VELOCITY_HOME";

  /** The system property that puts it elsewhere; wins over the variable. */
  public static final String PROPERTY = "velocity.home";

  private VelocityHome() {}

  /**
   * This process's: system property, {@code VELOCITY_HOME}, {@code $HOME/.velocity}, else below
   * Java's {@code user.home}.
   */
  public static Path path() {
    return path(System::getProperty, System.getenv());
  }

  // HOME before user.home: Java takes the latter from the password file, where a service or a test
  // has no say.
  static Path path(PropertySource properties, Map<String, String> environment) {
    return Optional.ofNullable(properties.get(PROPERTY))
        .or(() -> Optional.ofNullable(environment.get(VARIABLE)))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .orElseGet(
            () ->
                Path.of(
                    environment.getOrDefault("HOME", String.valueOf(properties.get("user.home"))),
                    ".velocity"));
  }

  /** A look-up that may find nothing. */
  @FunctionalInterface
  interface PropertySource {
    @Nullable String get(String name);
  }
}
