package io.velocitydb.protocol.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.frame.FrameChecksum;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.frame.FrameHeader;
import org.jspecify.annotations.Nullable;

/**
 * Finds version 1 frames in what has arrived, without copying. The header is checked as its bytes
 * arrive: magic, version, then the length, unsigned, against the limit. The checksum is checked
 * when the last byte is there.
 *
 * <p>One per connection; not thread safe. After an error the connection cannot go on.
 */
public final class V1FrameDecoder {
  private final FrameChecksum checksum = new FrameChecksum();
  private long maxLength = Limits.MAX_FRAME_BEFORE_AUTH;
  private boolean headerKnown;
  private boolean headerSeen;
  private int type;
  private int payloadIndex;
  private long payloadLength;
  private @Nullable ProtocolException error;

  /** Sets the longest payload that is let in, 0 to 2 GiB less a frame's overhead. */
  public void maxLength(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE - V1Header.OVERHEAD) {
      throw new IllegalArgumentException("frame limit " + bytes);
    }
    maxLength = bytes;
  }

  /**
   * Looks at the bytes from the reader index on. After {@link Result#FRAME} the reader index stands
   * behind the frame; after {@link Result#NEED_MORE} with {@link #headerKnown}, type and length are
   * known already.
   */
  public Result decode(ByteBuf in) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    headerKnown = false;
    for (int i = 0; i < Math.min(readable, V1Header.VERSION_OFFSET); i++) {
      if (in.getByte(start + i) != (byte) (FrameHeader.MAGIC >>> (8 * i))) {
        return fail("the frame does not begin with the magic number");
      }
    }
    if (readable > V1Header.VERSION_OFFSET
        && in.getByte(start + V1Header.VERSION_OFFSET) != V1Header.VERSION) {
      return fail("a connection keeps the format of its first frame, which is version 1");
    }
    if (readable < V1Header.LENGTH) {
      return Result.NEED_MORE;
    }
    type = in.getUnsignedByte(start + V1Header.TYPE_OFFSET);
    payloadLength = in.getUnsignedIntLE(start + V1Header.LENGTH_OFFSET);
    if (payloadLength > maxLength) {
      return fail("a payload of " + payloadLength + " bytes is over the limit of " + maxLength);
    }
    payloadIndex = start + V1Header.LENGTH;
    headerKnown = true;
    headerSeen = true;
    long whole = payloadLength + V1Header.OVERHEAD;
    if (readable < whole) {
      return Result.NEED_MORE;
    }
    int covered = (int) whole - V1Header.CRC_LENGTH;
    checksum.reset();
    checksum.update(in, start, covered);
    if (checksum.value() != in.getIntLE(start + covered)) {
      return fail("the checksum does not match");
    }
    in.readerIndex(start + (int) whole);
    return Result.FRAME;
  }

  private Result fail(String message) {
    error = new ProtocolException(ErrorCode.PROTOCOL_ERROR, message);
    return Result.ERROR;
  }

  /** Byte 5 of the frame; it may be none of {@link V1Type}. */
  public int type() {
    return type;
  }

  /** Index of the payload's first byte in the buffer given to {@link #decode}. */
  public int payloadIndex() {
    return payloadIndex;
  }

  /** Bytes of the payload. */
  public long payloadLength() {
    return payloadLength;
  }

  /** Whether type and length of the frame at the reader index have arrived. */
  public boolean headerKnown() {
    return headerKnown;
  }

  /** Whether there ever was a valid header; before, an error is not answered. */
  public boolean headerSeen() {
    return headerSeen;
  }

  /** After {@link Result#ERROR}: what is wrong. */
  public ProtocolException error() {
    if (error == null) {
      throw new IllegalStateException("no error");
    }
    return error;
  }
}
