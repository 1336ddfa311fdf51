package io.velocitydb.protocol.frame;

import static io.velocitydb.protocol.frame.FrameHeader.CRC_LENGTH;
import static io.velocitydb.protocol.frame.FrameHeader.LENGTH;
import static io.velocitydb.protocol.frame.FrameHeader.LENGTH_OFFSET;
import static io.velocitydb.protocol.frame.FrameHeader.MAGIC;
import static io.velocitydb.protocol.frame.FrameHeader.OPCODE_OFFSET;
import static io.velocitydb.protocol.frame.FrameHeader.OVERHEAD;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in what has arrived, without copying or allocating: it says where the body lies,
 * and the body is used there.
 *
 * <p>The header is checked as its bytes arrive and before anything is believed: magic, opcode,
 * flags that were not negotiated, then the length, unsigned, against the limit. The checksum takes
 * in what is there at each call, and is checked when the last byte is there. The body's content is
 * the business of {@link io.velocitydb.protocol.message.Verifier}.
 *
 * <p>One per connection; not thread safe. After an error the connection cannot go on.
 */
public final class FrameDecoder {
  /** What became of the bytes at the reader index. */
  public enum Result {
    /** A frame has begun; {@link #missing} bytes more are needed at least. */
    NEED_MORE,
    /** A frame; the reader index stands behind it. */
    FRAME,
    /** Not V-Proto: see {@link #error}. The reader index did not move. */
    ERROR
  }

  private final boolean responses;
  private final FrameChecksum checksum = new FrameChecksum();
  private final ByteBuffer emptyBody = emptyTable();

  private int reserved;
  private long maxLength = Limits.MAX_FRAME_BEFORE_AUTH;
  private int summed;
  private boolean headerSeen;
  private boolean headerKnown;
  private int opcode;
  private int flags;
  private int bodyIndex;
  private long bodyLength;
  private int missing;
  private @Nullable ProtocolException error;

  private FrameDecoder(boolean responses) {
    this.responses = responses;
    negotiated(Features.NONE);
  }

  /** What a server reads. The limit is that before authentication until {@link #maxLength}. */
  public static FrameDecoder ofRequests() {
    return new FrameDecoder(false);
  }

  /** What a client reads. The limit is that before authentication until {@link #maxLength}. */
  public static FrameDecoder ofResponses() {
    return new FrameDecoder(true);
  }

  /** Sets the longest body that is let in, 0 to 2 GiB less a frame's overhead. */
  public void maxLength(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE - OVERHEAD) {
      throw new IllegalArgumentException("frame limit " + bytes);
    }
    maxLength = bytes;
  }

  /** Sets what both sides agreed on; nothing at first. */
  public void negotiated(long features) {
    reserved = responses ? Flags.reservedInResponse(features) : Flags.reservedInRequest(features);
  }

  /**
   * Looks at the bytes from the reader index on.
   *
   * <p>After {@link Result#FRAME} the accessors tell of that frame until the next call. After
   * {@link Result#NEED_MORE} with {@link #headerKnown}, opcode, flags and body length are known
   * already.
   */
  public Result decode(ByteBuf in) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    Result header = decodeHeader(in, start, readable);
    if (header != Result.FRAME) {
      return header;
    }
    long whole = bodyLength + OVERHEAD;
    int covered = (int) whole - CRC_LENGTH;
    sum(in, start, Math.min(readable, covered));
    if (readable < whole) {
      missing = (int) (whole - readable);
      return Result.NEED_MORE;
    }
    summed = 0;
    if (checksum.value() != in.getIntLE(start + covered)) {
      return fail("the checksum does not match");
    }
    in.readerIndex(start + (int) whole);
    return Result.FRAME;
  }

  /** Takes a frame into the checksum as it comes, so that its end costs no more than any part. */
  private void sum(ByteBuf in, int start, int upTo) {
    if (summed == 0 || upTo < summed) {
      checksum.reset();
      summed = 0;
    }
    checksum.update(in, start + summed, upTo - summed);
    summed = upTo;
  }

  /** The frame that has begun is passed over: what comes next is another one. */
  public void skip() {
    summed = 0;
  }

  private Result decodeHeader(ByteBuf in, int start, int readable) {
    headerKnown = false;
    for (int i = 0; i < Math.min(readable, OPCODE_OFFSET); i++) {
      if (in.getByte(start + i) != (byte) (MAGIC >>> (8 * i))) {
        return fail("the frame does not begin with the magic number");
      }
    }
    if (readable > OPCODE_OFFSET) {
      opcode = in.getUnsignedByte(start + OPCODE_OFFSET);
      if (!isPossible(opcode)) {
        return fail("0x" + Integer.toHexString(opcode) + " is no opcode of a " + kind());
      }
    }
    if (readable > FrameHeader.FLAGS_OFFSET) {
      flags = in.getUnsignedByte(start + FrameHeader.FLAGS_OFFSET);
      if ((flags & reserved) != 0 || (flags & Flags.COMPRESSION_MASK) == Flags.COMPRESSION_MASK) {
        return fail("flags 0x" + Integer.toHexString(flags) + " were not negotiated");
      }
    }
    if (readable < LENGTH) {
      missing = OVERHEAD - readable;
      return Result.NEED_MORE;
    }
    bodyLength = in.getLongLE(start + LENGTH_OFFSET);
    if (Long.compareUnsigned(bodyLength, maxLength) > 0) {
      return fail(
          "a body of "
              + Long.toUnsignedString(bodyLength)
              + " bytes is over the limit of "
              + maxLength);
    }
    bodyIndex = start + LENGTH;
    headerKnown = true;
    headerSeen = true;
    return Result.FRAME;
  }

  private boolean isPossible(int number) {
    if (!responses) {
      return number >= Opcode.FIRST && number <= Opcode.LAST;
    }
    int request = number & ~Opcode.RESPONSE_BIT;
    return number == Opcode.ERROR
        || (number != request && request >= Opcode.FIRST && request <= Opcode.LAST);
  }

  private Result fail(String message) {
    error = new ProtocolException(ErrorCode.PROTOCOL_ERROR, message);
    summed = 0;
    return Result.ERROR;
  }

  private String kind() {
    return responses ? "response" : "request";
  }

  /** Byte 4 of the frame; of a request it may be a number that {@link Opcode} does not know. */
  public int opcode() {
    return opcode;
  }

  public int flags() {
    return flags;
  }

  /** Index of the body's first byte in the buffer given to {@link #decode}. */
  public int bodyIndex() {
    return bodyIndex;
  }

  /** Bytes of the body. */
  public long bodyLength() {
    return bodyLength;
  }

  /** After {@link Result#NEED_MORE}: how many bytes more the frame needs at least. */
  public int missing() {
    return missing;
  }

  /** Whether opcode, flags and length of the frame at the reader index have arrived. */
  public boolean headerKnown() {
    return headerKnown;
  }

  /** Whether this connection has ever sent a valid header; before, an error is not answered. */
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

  /**
   * The body of the frame that was found, from position to limit, little-endian, as generated
   * accessors want it. It shares the buffer's memory and its internal view: it is good until the
   * next use of {@code in} or of this decoder. Whoever keeps it longer retains {@code in} and takes
   * {@code in.nioBuffer(bodyIndex, bodyLength)}. An empty body is the empty table.
   *
   * @param in the buffer that was given to {@link #decode}
   */
  public ByteBuffer body(ByteBuf in) {
    if (bodyLength == 0) {
      return emptyBody;
    }
    int length = (int) bodyLength;
    ByteBuffer body =
        in.nioBufferCount() == 1
            ? in.internalNioBuffer(bodyIndex, length)
            : in.nioBuffer(bodyIndex, length);
    return body.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The index in {@code in} of a position of {@link #body}: where a field lies that the generated
   * {@code keyStart()} and its like name.
   */
  public int index(ByteBuffer body, int position) {
    return bodyIndex + position - body.position();
  }

  /** Offset to the root, vtable without fields, table: what stands for a body of length 0. */
  private static ByteBuffer emptyTable() {
    ByteBuffer table = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(8).putShort((short) 4).putShort((short) 4).putInt(4);
    return table.flip();
  }
}
