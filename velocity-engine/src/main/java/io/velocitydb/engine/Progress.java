package io.velocitydb.engine;

/** Told, on the thread that works, how far something long is. What it throws ends the work. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (done, total) -> {};

  /**
   * Called now and then.
   *
   * @param done entries that are done
   * @param total entries that are expected, estimated where nobody counted them
   */
  void at(long done, long total);
}
