package io.velocitydb.engine.cache;

/** What a reader of blocks does with the cache. */
public enum CacheUse {
  /** Looks there first, and leaves there what it had to read: for what users read. */
  FILL,
  /** Looks there first, and leaves it as it is: for merges, which read everything once. */
  LOOK,
  /** Reads the file: for checking it. */
  BYPASS
}
