package io.velocitydb.bench.engine.workload;

/** What a measurement does. */
public sealed interface Task {
  /** Whether it changes the store. */
  boolean writes();

  /** Whether it begins with a store that holds every key, merged into one run. */
  boolean startsLoaded();

  /**
   * Writes keys drawn at random into an empty store.
   *
   * @param sync whether each write has to be on stable storage; then for a time, otherwise as many
   *     as the scale says
   */
  record Fill(boolean sync) implements Task {
    @Override
    public boolean writes() {
      return true;
    }

    @Override
    public boolean startsLoaded() {
      return false;
    }
  }

  /** Writes keys drawn at random into a loaded store, as many as the scale says. */
  record Overwrite() implements Task {
    @Override
    public boolean writes() {
      return true;
    }

    @Override
    public boolean startsLoaded() {
      return true;
    }
  }

  /**
   * Mixed operations on a loaded store, for a time.
   *
   * @param keys which keys are used
   * @param writesPerSecond what one more thread writes meanwhile, which is not counted; 0 for none
   */
  record Operate(Mix mix, KeyDistribution keys, int writesPerSecond) implements Task {
    @Override
    public boolean writes() {
      return mix.writes() || writesPerSecond > 0;
    }

    @Override
    public boolean startsLoaded() {
      return true;
    }
  }

  /** Opens a store whose process was killed with all its data still in the log. */
  record Replay() implements Task {
    @Override
    public boolean writes() {
      return false;
    }

    @Override
    public boolean startsLoaded() {
      return false;
    }
  }
}
