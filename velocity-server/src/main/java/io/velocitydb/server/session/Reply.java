package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.frame.FrameHeader;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.protocol.message.MessageWriter;
import org.jspecify.annotations.Nullable;

/**
 * Collects replies in one outgoing buffer. Not thread-safe; a session has one, and each work apart
 * from it has its own.
 *
 * <p>Replies of V-Proto are frames; other protocols write to {@link #buffer}.
 *
 * <pre>
 * int ttl = reply.begin(TtlResponse.TABLE);
 * reply.message().putLong(ttl, TtlResponse.TTL_MS, left);
 * reply.end();
 * </pre>
 */
public final class Reply {
  private static final int BUFFER_BYTES_MIN = 1_024;
  private static final int BUFFER_BYTES_MAX = 64 << 10;

  /** Writes errors as the connection's protocol has them. */
  @FunctionalInterface
  interface Errors {
    void write(Reply reply, ErrorMessage error);
  }

  private final Errors errors;
  private final Agreement agreement;
  private final long compressedMax;
  private final FrameEncoder frames = new FrameEncoder();
  private final MessageWriter message = new MessageWriter();
  private @Nullable ByteBuf out;
  private int nextCapacity = BUFFER_BYTES_MIN;
  private int opcode;
  private int frame;

  /**
   * @param agreement says how bodies are compressed
   * @param compressedMax bytes of the longest body that is compressed: it takes its time
   */
  Reply(Errors errors, Agreement agreement, long compressedMax) {
    this.errors = errors;
    this.agreement = agreement;
    this.compressedMax = compressedMax;
  }

  /** Which request the next frame answers. */
  void answers(int requestOpcode) {
    opcode = requestOpcode;
  }

  /** Begins the reply with its root table, and gives that table. */
  public int begin(int type) {
    ByteBuf buffer = buffer();
    frame = frames.begin(buffer, opcode | Opcode.RESPONSE_BIT, Flags.NONE);
    return message.begin(buffer, type);
  }

  /** What writes the fields between {@link #begin} and {@link #end}. */
  public MessageWriter message() {
    return message;
  }

  /** Ends the reply. */
  public void end() {
    ByteBuf buffer = buffer();
    if (message.length() <= compressedMax && opcode > Opcode.AUTH.number()) {
      frames.compress(buffer, frame, agreement.compression());
    }
    frames.end(buffer, frame);
  }

  /** Ends a frame of a reply that further frames follow. */
  public void endWithMore() {
    buffer().setByte(frame + FrameHeader.FLAGS_OFFSET, Flags.MORE);
    end();
  }

  /** Replies with the empty table. */
  public void empty() {
    ByteBuf buffer = buffer();
    frames.end(buffer, frames.begin(buffer, opcode | Opcode.RESPONSE_BIT, Flags.NONE));
  }

  /** Bytes of this reply's body so far. */
  public int bodyBytes() {
    return message.length();
  }

  /** A copy of this reply's body so far, between {@link #begin} and {@link #end}. */
  public byte[] bodyCopy() {
    byte[] body = new byte[message.length()];
    buffer().getBytes(frame + FrameHeader.LENGTH, body);
    return body;
  }

  /** Replies with an error. */
  void error(ErrorMessage error) {
    errors.write(this, error);
  }

  /** Replies with an error frame. */
  void errorFrame(ErrorMessage error) {
    ByteBuf buffer = buffer();
    int start = frames.begin(buffer, Opcode.ERROR, Flags.NONE);
    error.write(message, buffer);
    frames.end(buffer, start);
  }

  /** Takes over frames that were written elsewhere; releases their buffer. */
  void append(ByteBuf written) {
    try {
      buffer().writeBytes(written);
    } finally {
      written.release();
    }
  }

  /** Where frames go; direct memory. */
  public ByteBuf buffer() {
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer = PooledByteBufAllocator.DEFAULT.directBuffer(nextCapacity);
      out = buffer;
    }
    return buffer;
  }

  /** How much has been written since {@link #take}. */
  int bytes() {
    return out == null ? 0 : out.writerIndex();
  }

  /** Takes back all but the first {@code bytes}. */
  void truncate(int bytes) {
    if (out != null) {
      out.writerIndex(bytes);
    }
  }

  /** What was written, now the caller's; null when nothing was. The next buffer is as large. */
  @Nullable ByteBuf take() {
    ByteBuf taken = out;
    if (taken == null || !taken.isReadable()) {
      return null;
    }
    nextCapacity = Math.clamp(taken.writerIndex(), BUFFER_BYTES_MIN, BUFFER_BYTES_MAX);
    out = null;
    return taken;
  }

  /** Forgets what was written. */
  void discard() {
    if (out != null) {
      out.release();
      out = null;
    }
  }
}
