package io.velocitydb.bench.redis;

import java.util.Locale;

/** Who is measured in a turn. */
enum Side {
  VELOCITY,
  /** Velocity with TLS, which is a process of its own. */
  VELOCITY_TLS,
  REDIS;

  /**
   * Whether it is measured in a trial. What stands beside our TLS is what Redis reached in the same
   * trial in plaintext.
   */
  boolean takesPartIn(Trial trial) {
    return switch (this) {
      case VELOCITY, REDIS -> !trial.via().tls();
      case VELOCITY_TLS -> trial.via().tls();
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
