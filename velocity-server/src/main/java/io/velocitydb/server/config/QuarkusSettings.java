package io.velocitydb.server.config;

import io.velocitydb.config.HostPort;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Keys.LogFormat;
import io.velocitydb.config.Keys.LogLevel;
import io.velocitydb.config.Keys.Transport;
import io.velocitydb.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The few settings that Quarkus itself obeys, in its own names. They are handed over as system
 * properties before it starts.
 */
public final class QuarkusSettings {
  private QuarkusSettings() {}

  /**
   * Hands them over.
   *
   * @param management where the management port is to be opened
   */
  public static void apply(Settings settings, HostPort management) {
    of(settings, management).forEach(System::setProperty);
  }

  /**
   * Has the JDK's TLS engine hand out no tickets, with state or without, and keep no sessions: each
   * connection shows by itself who it is. To be called before anything touches TLS.
   */
  public static void withoutTlsSessions() {
    System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
    System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
    System.setProperty("javax.net.ssl.sessionCacheSize", "1");
  }

  /** Quarkus' name to value. */
  static Map<String, String> of(Settings settings, HostPort management) {
    Map<String, String> properties = new HashMap<>();
    properties.put("quarkus.management.host", management.host());
    properties.put("quarkus.management.port", String.valueOf(management.port()));
    properties.put(
        "quarkus.vertx.prefer-native-transport",
        String.valueOf(settings.get(Keys.TRANSPORT) != Transport.NIO));
    logging(settings, properties);
    return properties;
  }

  private static void logging(Settings settings, Map<String, String> properties) {
    LogLevel level = settings.get(Keys.LOG_LEVEL);
    // Only our own lines follow a finer level than info: the libraries' would bury them.
    properties.put("quarkus.log.category.\"io.velocitydb\".level", level.name());
    if (level.compareTo(LogLevel.INFO) < 0) {
      properties.put("quarkus.log.level", level.name());
    }
    boolean json = settings.get(Keys.LOG_FORMAT) == LogFormat.JSON;
    Optional<Path> file = settings.get(Keys.LOG_FILE);
    if (file.isEmpty()) {
      properties.put("quarkus.log.console.json.enabled", String.valueOf(json));
      return;
    }
    properties.put("quarkus.log.console.enabled", "false");
    properties.put("quarkus.log.file.enabled", "true");
    properties.put("quarkus.log.file.path", file.get().toString());
    properties.put("quarkus.log.file.json.enabled", String.valueOf(json));
    properties.put(
        "quarkus.log.file.rotation.max-file-size",
        String.valueOf(settings.get(Keys.LOG_MAX_FILE_SIZE)));
    properties.put(
        "quarkus.log.file.rotation.max-backup-index",
        String.valueOf(settings.get(Keys.LOG_MAX_FILES)));
  }
}
