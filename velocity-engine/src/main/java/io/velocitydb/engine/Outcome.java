package io.velocitydb.engine;

/** What is known about the effect of an operation that failed. */
public enum Outcome {
  /** The operation changed nothing, and will not. */
  NOT_APPLIED,
  /** The operation may or may not have been applied; only reading tells. */
  UNKNOWN
}
