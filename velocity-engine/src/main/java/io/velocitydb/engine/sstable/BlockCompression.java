package io.velocitydb.engine.sstable;

/** How the blocks of a table are stored; the numbers are part of the format. */
public enum BlockCompression {
  NONE(0),
  /** One LZ4 block: fast both ways. */
  LZ4(1),
  /**
   * One Zstandard frame: smaller, for data that is rarely read. Who asks for it gets LZ4 where that
   * makes hardly more of the data.
   */
  ZSTANDARD(2);

  private final int id;

  BlockCompression(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }
}
