package io.velocitydb.engine.sstable;

/** Finds the open reader of a table, or opens it. Thread-safe. */
@FunctionalInterface
public interface TableOpener {
  /** A reader that is retained for the caller, who releases it. */
  TableReader open(TableInfo table);
}
