package io.velocitydb.server.command;

import io.velocitydb.engine.MultiReadSink;

/** Counts the keys that there are, of those that are read. For one thread. */
public final class FoundCount implements MultiReadSink {
  private int count;

  /** Made with nothing counted. */
  public FoundCount() {}

  /** Keys found since it was made or cleared. */
  public int count() {
    return count;
  }

  /** Begins anew. */
  public void clear() {
    count = 0;
  }

  @Override
  public void found(
      int index,
      long valueAddress,
      int valueLength,
      byte encoding,
      long version,
      long expiresAtMs) {
    count++;
  }

  @Override
  public void missing(int index) {
    // Only those that exist count.
  }
}
