package io.velocitydb.protocol.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.frame.FrameChecksum;
import io.velocitydb.protocol.frame.FrameHeader;
import java.nio.charset.StandardCharsets;

/**
 * Writes version 1 frames: {@link #begin}, the payload written straight into the same buffer,
 * {@link #end}. Reusable for any number of frames; not thread safe.
 */
public final class V1FrameEncoder {
  private final FrameChecksum checksum = new FrameChecksum();

  /**
   * Writes a header whose length is still to come; the payload follows at the writer index.
   *
   * @return where the frame starts, for {@link #end}
   */
  public int begin(ByteBuf out, int type) {
    int start = out.writerIndex();
    out.writeIntLE(FrameHeader.MAGIC).writeByte(V1Header.VERSION).writeByte(type).writeIntLE(0);
    return start;
  }

  /** Ends the frame that starts at {@code start}: all since is its payload. */
  public void end(ByteBuf out, int start) {
    int length = out.writerIndex() - start;
    out.setIntLE(start + V1Header.LENGTH_OFFSET, length - V1Header.LENGTH);
    checksum.reset();
    checksum.update(out, start, length);
    out.writeIntLE(checksum.value());
  }

  /** Writes bytes with their length in front. */
  public static void lp(ByteBuf out, byte[] bytes) {
    out.writeIntLE(bytes.length).writeBytes(bytes);
  }

  /** Writes text as UTF-8 with its length in front. */
  public static void lp(ByteBuf out, String text) {
    lp(out, text.getBytes(StandardCharsets.UTF_8));
  }
}
