package io.velocitydb.bench.engine.workload;

/** What is asked of Velocity in a workload: a floor that must hold, and what is wanted. */
public sealed interface Target {
  /** Times RocksDB's rate. */
  record TimesRocksDb(double floor, double wanted) implements Target {}

  /** In the workload's own unit, whatever RocksDB does. */
  record Rate(double floor, double wanted) implements Target {}

  /** Nothing: it is measured to be known. */
  record None() implements Target {}
}
