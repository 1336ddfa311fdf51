package io.velocitydb.engine.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * What was logged as an error on this thread: the engine does so only for what must never happen,
 * so that a test which finds any has found a bug.
 */
public final class LoggedErrors {
  private static final ThreadLocal<List<String>> ERRORS = ThreadLocal.withInitial(ArrayList::new);

  private LoggedErrors() {}

  static void add(String line) {
    ERRORS.get().add(line);
  }

  /** The lines since the last call. */
  public static List<String> take() {
    List<String> lines = List.copyOf(ERRORS.get());
    ERRORS.get().clear();
    return lines;
  }
}
