package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;
import java.util.List;

/**
 * The answer to a batch that was applied.
 *
 * @param versions one per operation, in its order; {@link Version#ABSENT} where nothing was left
 */
public record BatchResult(List<Version> versions) {

  /** Takes a copy of the list. */
  public BatchResult {
    versions = List.copyOf(versions);
  }
}
