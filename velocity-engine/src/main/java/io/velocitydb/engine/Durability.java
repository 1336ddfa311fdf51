package io.velocitydb.engine;

/**
 * What a write has to have reached before it is reported as done. Ordered from weakest to
 * strongest.
 */
public enum Durability {
  /** In the operating system's cache: survives the death of the process, not a power loss. */
  OS,
  /** As {@link #OS}, and synced to stable storage every {@code syncIntervalMs}. */
  INTERVAL,
  /** On stable storage: survives power loss. */
  ALWAYS
}
