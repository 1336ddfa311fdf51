package io.velocitydb.engine;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a checkpoint holds: a data directory of its own, which {@link Engine#open} opens.
 *
 * @param directory the checkpoint
 * @param lastSequences for each database the sequence up to which it holds everything, and beyond
 *     which nothing
 * @param files number of tables and log segments
 * @param bytes their length together
 * @param copiedBytes of them, bytes that were copied since the file system allows no link; the
 *     others take no space as long as the database has them, too
 */
public record Checkpoint(
    Path directory, Map<String, Long> lastSequences, int files, long bytes, long copiedBytes) {
  public Checkpoint {
    lastSequences = Map.copyOf(lastSequences);
  }
}
