package io.velocitydb.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.compression.CompressedBody;
import io.velocitydb.protocol.compression.Compression;
import java.nio.ByteBuffer;

/**
 * Writes frames: {@link #begin}, the body written straight into the same buffer, {@link #end}.
 * Reusable for any number of frames and buffers; not thread safe.
 */
public final class FrameEncoder {
  private final FrameChecksum checksum = new FrameChecksum();

  /**
   * Writes a header whose length is still to come; the body follows at the writer index.
   *
   * @param opcode byte 4 of the frame: a request's number, a response's, or the error's
   * @return where the frame starts, for {@link #end} or {@link #abort}
   */
  public int begin(ByteBuf out, int opcode, int flags) {
    int start = out.writerIndex();
    out.ensureWritable(FrameHeader.OVERHEAD);
    out.setIntLE(start + FrameHeader.MAGIC_OFFSET, FrameHeader.MAGIC);
    out.setByte(start + FrameHeader.OPCODE_OFFSET, opcode);
    out.setByte(start + FrameHeader.FLAGS_OFFSET, flags);
    out.writerIndex(start + FrameHeader.LENGTH);
    return start;
  }

  /** Ends the frame that starts at {@code start}: all since is its body. */
  public void end(ByteBuf out, int start) {
    int length = out.writerIndex() - start;
    out.setLongLE(start + FrameHeader.LENGTH_OFFSET, length - FrameHeader.LENGTH);
    checksum.reset();
    checksum.update(out, start, length);
    out.writeIntLE(checksum.value());
  }

  /** Takes back all since {@code start}, so that another frame can stand there. */
  public void abort(ByteBuf out, int start) {
    out.writerIndex(start);
  }

  /**
   * Compresses the body that was written since {@code start}, if that pays; to be called just
   * before {@link #end}.
   */
  public void compress(ByteBuf out, int start, Compression compression) {
    if (CompressedBody.compress(compression, out, start + FrameHeader.LENGTH)) {
      int flags = out.getUnsignedByte(start + FrameHeader.FLAGS_OFFSET);
      out.setByte(start + FrameHeader.FLAGS_OFFSET, flags | compression.flags());
    }
  }

  /** Writes a whole frame around {@code body}, from its position to its limit, which stay. */
  public void write(ByteBuf out, int opcode, int flags, ByteBuffer body) {
    write(out, opcode, flags, Compression.NONE, body);
  }

  /** The same, its body compressed if that pays. */
  public void write(ByteBuf out, int opcode, int flags, Compression compression, ByteBuffer body) {
    int start = begin(out, opcode, flags);
    if (body.hasArray()) {
      out.writeBytes(body.array(), body.arrayOffset() + body.position(), body.remaining());
    } else {
      out.writeBytes(body.duplicate());
    }
    compress(out, start, compression);
    end(out, start);
  }
}
