package io.velocitydb.engine;

/** A batch was refused whole, because the condition of one of its operations does not hold. */
public final class ConditionFailedException extends EngineException {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final long currentVersion;

  public ConditionFailedException(int index, long currentVersion) {
    super(
        Kind.CONDITION_FAILED,
        "the condition of operation "
            + index
            + " does not hold; the key's version is "
            + currentVersion);
    this.index = index;
    this.currentVersion = currentVersion;
  }

  /** Position of the operation in its batch, from 0. */
  public int index() {
    return index;
  }

  /** The version that the key has now; 0 when it is absent. */
  public long currentVersion() {
    return currentVersion;
  }
}
