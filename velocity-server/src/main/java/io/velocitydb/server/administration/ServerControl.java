package io.velocitydb.server.administration;

import io.velocitydb.config.Settings;
import java.time.Duration;

/** What administration asks of the server as a whole. Thread-safe. */
public interface ServerControl {
  /** The release. */
  String version();

  /** The settings in force. */
  Settings settings();

  /** Milliseconds since the start. */
  long uptimeMs();

  /** Bytes free where the data is. */
  long diskFreeBytes();

  /** Native memory that the engine has, in bytes. */
  long memoryUsedBytes();

  /** What it may have. */
  long memoryLimitBytes();

  /**
   * Takes no new connections, has the open ones answer what they accepted, and closes them. The
   * administration socket stays.
   *
   * @param grace how long they may take
   * @return connections open now
   */
  int drain(Duration grace);
}
