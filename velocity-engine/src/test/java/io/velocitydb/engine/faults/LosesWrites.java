package io.velocitydb.engine.faults;

/** A file that knows what a failed sync does to what was written before. */
interface LosesWrites {
  /** Each unsynced sector is on the disk or not, and no later sync writes it. */
  void failSync();
}
