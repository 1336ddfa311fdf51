package io.velocitydb.engine.sstable;

import io.velocitydb.engine.checksum.XxHash64;

/** The 16 bytes after every stored block. */
final class BlockTrailer {
  static final int BYTES = 16;

  static final int UNCOMPRESSED_LENGTH = 0;
  static final int COMPRESSION = 4;
  static final int KIND = 5;
  static final int ZERO = 6;
  static final int CHECKSUM = 8;

  private BlockTrailer() {}

  /**
   * The checksum of a stored block: over its bytes and the first half of the trailer. It depends on
   * the table and the place, so that a block of another table, or of elsewhere, does not match.
   *
   * @param address of the block
   * @param length without trailer
   */
  static long checksum(long address, int length, long salt, long offset) {
    return XxHash64.hash(address, length + CHECKSUM, salt + offset);
  }
}
