package io.velocitydb.engine.sstable;

/**
 * Where a block lies in its file.
 *
 * @param offset of its first byte
 * @param length as stored, trailer included; 0 when there is no such block
 */
public record BlockHandle(long offset, int length) {
  static final BlockHandle NONE = new BlockHandle(0, 0);

  boolean isPresent() {
    return length > 0;
  }

  long end() {
    return offset + length;
  }
}
