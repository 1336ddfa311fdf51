package io.velocitydb.engine.commit;

import io.velocitydb.engine.WriteCompletion;

/** A completion that is told of plain writes without a list of results. */
public interface PlainCompletion extends WriteCompletion {
  /**
   * In place of {@link #completed} for a batch of sets that looked at nothing and all took effect.
   *
   * @param lastVersion version of the last; those before have the numbers before
   */
  void written(long lastVersion);
}
