package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.FrameHeader;
import java.io.IOException;

/**
 * Counts frames by their headers. The checksum is the business of clients: the server computes it
 * all the same.
 */
final class VProtoReplies extends ReplyCounter {
  /** Longer than any reply to a request of the load. */
  private static final long MAX_BODY = 1L << 30;

  private final int valueBytes;
  private final byte[] partial = new byte[FrameHeader.LENGTH];
  private int partialLength;
  private long rest;

  /**
   * @param valueBytes a reply to a GET with a shorter body found nothing
   */
  VProtoReplies(int valueBytes) {
    this.valueBytes = valueBytes;
  }

  @Override
  int count(ByteBuf in) throws IOException {
    int ended = 0;
    while (in.isReadable()) {
      if (rest > 0) {
        int taken = (int) Math.min(rest, in.readableBytes());
        in.skipBytes(taken);
        rest -= taken;
        if (rest == 0) {
          ended++;
        }
      } else if (partialLength == 0 && in.readableBytes() >= FrameHeader.LENGTH) {
        int at = in.readerIndex();
        header(
            in.getIntLE(at),
            in.getUnsignedByte(at + FrameHeader.OPCODE_OFFSET),
            in.getLongLE(at + FrameHeader.LENGTH_OFFSET));
        in.skipBytes(FrameHeader.LENGTH);
      } else {
        partial[partialLength++] = in.readByte();
        if (partialLength == FrameHeader.LENGTH) {
          partialLength = 0;
          header(
              (int) number(FrameHeader.MAGIC_OFFSET, Integer.BYTES),
              partial[FrameHeader.OPCODE_OFFSET] & 0xFF,
              number(FrameHeader.LENGTH_OFFSET, Long.BYTES));
        }
      }
    }
    return ended;
  }

  private long number(int offset, int bytes) {
    long number = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      number = (number << 8) | (partial[offset + i] & 0xFF);
    }
    return number;
  }

  private void header(int magic, int opcode, long length) throws IOException {
    if (magic != FrameHeader.MAGIC || length < 0 || length > MAX_BODY) {
      throw new IOException("not V-Proto: a reply with the header of no frame");
    }
    if (opcode == Opcode.ERROR) {
      error();
    } else if (opcode == Opcode.GET.responseNumber() && length < valueBytes) {
      miss();
    }
    rest = length + FrameHeader.CRC_LENGTH;
  }
}
