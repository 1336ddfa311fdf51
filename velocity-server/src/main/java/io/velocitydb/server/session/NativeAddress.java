package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;

/** Where a direct buffer lies, whether or not Netty may use {@code sun.misc.Unsafe}. */
public final class NativeAddress {
  private NativeAddress() {}

  /** The address of the buffer's index 0; good as long as the buffer is neither grown nor freed. */
  public static long of(ByteBuf direct) {
    return direct.hasMemoryAddress()
        ? direct.memoryAddress()
        : MemorySegment.ofBuffer(direct.internalNioBuffer(0, direct.capacity())).address();
  }
}
