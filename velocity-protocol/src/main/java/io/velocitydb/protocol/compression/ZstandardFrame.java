package io.velocitydb.protocol.compression;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of a Zstandard frame (RFC 8878) without inflating it: a body holds one frame and
 * nothing else, where the library would go on to the next one.
 */
final class ZstandardFrame {
  private static final int MAGIC = 0xFD2F_B528;
  private static final int DICTIONARY_MASK = 0b0000_0011;
  private static final int CHECKSUM = 0b0000_0100;
  private static final int RESERVED = 0b0000_1000;
  private static final int SINGLE_SEGMENT = 0b0010_0000;
  private static final int CONTENT_SIZE_SHIFT = 6;
  private static final int BLOCK_HEADER = 3;
  private static final int RLE = 1;
  private static final int NO_BLOCK = 3;
  private static final int CHECKSUM_BYTES = 4;

  private ZstandardFrame() {}

  /**
   * Bytes of the frame that begins at {@code index}; -1 when there is none that ends within {@code
   * length}, or it needs a dictionary.
   */
  static int length(ByteBuf in, int index, int length) {
    if (length < 5 || in.getIntLE(index) != MAGIC) {
      return -1;
    }
    int descriptor = in.getUnsignedByte(index + 4);
    if ((descriptor & (DICTIONARY_MASK | RESERVED)) != 0) {
      return -1;
    }
    boolean single = (descriptor & SINGLE_SEGMENT) != 0;
    int sizeField = descriptor >>> CONTENT_SIZE_SHIFT;
    int sizeBytes = sizeField == 0 ? (single ? 1 : 0) : 1 << sizeField;
    int at = 5 + (single ? 0 : 1) + sizeBytes;
    boolean last = false;
    while (!last) {
      if (at > length - BLOCK_HEADER) {
        return -1;
      }
      int header = in.getUnsignedMediumLE(index + at);
      last = (header & 1) != 0;
      int type = header >>> 1 & 3;
      if (type == NO_BLOCK) {
        return -1;
      }
      at += BLOCK_HEADER + (type == RLE ? 1 : header >>> 3);
    }
    at += (descriptor & CHECKSUM) != 0 ? CHECKSUM_BYTES : 0;
    return at <= length ? at : -1;
  }
}
