package io.velocitydb.bench.responder;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.FrameHeader;
import java.io.IOException;

/** Looks at opcode and length of a frame, and at nothing else. */
final class VProtoRequests implements RequestReader {
  private static final long MAX_BODY = 1L << 20;

  private final CannedReplies canned;

  VProtoRequests(CannedReplies canned) {
    this.canned = canned;
  }

  @Override
  public int read(ByteBuf in, ByteBuf replies) throws IOException {
    int count = 0;
    while (in.readableBytes() >= FrameHeader.LENGTH) {
      int at = in.readerIndex();
      long length = in.getLongLE(at + FrameHeader.LENGTH_OFFSET);
      if (in.getIntLE(at) != FrameHeader.MAGIC || length < 0 || length > MAX_BODY) {
        throw new IOException("not V-Proto: the header of no frame");
      }
      int whole = (int) length + FrameHeader.OVERHEAD;
      if (in.readableBytes() < whole) {
        return count;
      }
      replies.writeBytes(reply(in.getUnsignedByte(at + FrameHeader.OPCODE_OFFSET)));
      in.skipBytes(whole);
      count++;
    }
    return count;
  }

  private byte[] reply(int opcode) {
    if (opcode == Opcode.GET.number()) {
      return canned.get();
    }
    if (opcode == Opcode.SET.number()) {
      return canned.set();
    }
    return opcode == Opcode.INCR.number() ? canned.incr() : canned.other();
  }
}
