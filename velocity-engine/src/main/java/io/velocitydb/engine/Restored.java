package io.velocitydb.engine;

import java.nio.file.Path;
import java.util.Map;

/**
 * What {@link Engine#restore} has made.
 *
 * @param directory the data directory
 * @param databases for each database, up to where it came
 */
public record Restored(Path directory, Map<String, Reached> databases) {
  public Restored {
    databases = Map.copyOf(databases);
  }

  /**
   * Up to where a database came.
   *
   * @param sequence of the last write that it holds; writes to come have far higher ones
   * @param timeMs when that was committed, if it came from the archive; otherwise when the
   *     checkpoint was made
   * @param records entries that came from the archive
   */
  public record Reached(long sequence, long timeMs, long records) {}
}
