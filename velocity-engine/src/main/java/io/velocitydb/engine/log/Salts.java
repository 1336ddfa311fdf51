package io.velocitydb.engine.log;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * Numbers that tell one log file from another, and from what its blocks held before. Nobody can
 * foresee them, so that no value looks like a record. Thread-safe.
 */
public final class Salts {
  private static final String SYSTEM = "/dev/urandom";

  private Salts() {}

  /** Another one. */
  public static long next() {
    // A SecureRandom takes its bytes there, too, but looks for providers first: 35 of the 400
    // milliseconds in which a new process opens a directory.
    try (DataInputStream random = new DataInputStream(new FileInputStream(SYSTEM))) {
      return random.readLong();
    } catch (IOException elsewhere) {
      return new SecureRandom().nextLong();
    }
  }
}
