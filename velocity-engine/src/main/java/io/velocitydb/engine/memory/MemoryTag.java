package io.velocitydb.engine.memory;

/** What off-heap memory is used for; every allocation names one. */
public enum MemoryTag {
  MEMTABLE,
  WAL_BUFFER,
  WRITE_BATCH,
  BLOCK,
  BLOCK_CACHE,
  READ_AHEAD,
  INDEX,
  FILTER,
  CURSOR,
  COMPACTION
}
