package io.velocitydb.protocol.frame;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The CRC-32 of a frame, fed in pieces as they arrive. Reads the buffer where it lies, direct
 * memory without a copy. Reusable; not thread safe.
 */
public final class FrameChecksum {
  private final CRC32 crc = new CRC32();

  /** Starts over. */
  public void reset() {
    crc.reset();
  }

  /** Takes in {@code length} bytes of {@code buffer} from {@code index} on. */
  public void update(ByteBuf buffer, int index, int length) {
    if (buffer.nioBufferCount() == 1) {
      crc.update(buffer.internalNioBuffer(index, length));
      return;
    }
    for (ByteBuffer part : buffer.nioBuffers(index, length)) {
      crc.update(part);
    }
  }

  /** The checksum of all since {@link #reset}, as the u32 on the wire. */
  public int value() {
    return (int) crc.getValue();
  }
}
