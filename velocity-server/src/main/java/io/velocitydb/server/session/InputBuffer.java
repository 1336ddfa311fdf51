package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection that are not consumed yet, always in direct memory.
 *
 * <p>Whole frames are used in the network's own buffer. What is left of a read is copied into a
 * buffer of its own size, so that a connection which sends half a frame and waits holds no more
 * than that half. Confined to the event loop.
 */
final class InputBuffer {
  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf bytes;
  private boolean borrowed;

  InputBuffer(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Adds what was read and takes ownership of it. */
  void append(ByteBuf in) {
    ByteBuf present = bytes;
    if (present == null) {
      borrowed = in.isDirect();
      bytes = borrowed ? in : copy(in, in.readableBytes());
      if (!borrowed) {
        in.release();
      }
      return;
    }
    if (borrowed) {
      own(present, in.readableBytes());
      present = bytes;
    } else if (present.writableBytes() < in.readableBytes()) {
      present.discardReadBytes();
    }
    present.writeBytes(in);
    in.release();
  }

  /** What is there, or null for nothing. */
  @Nullable ByteBuf bytes() {
    return bytes;
  }

  int readableBytes() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  /** Forgets up to {@code count} bytes and tells how many. */
  long skip(long count) {
    int skipped = (int) Math.min(count, readableBytes());
    if (bytes != null) {
      bytes.skipBytes(skipped);
    }
    return skipped;
  }

  /** Gives the whole buffer away; what is not consumed yet stays here, copied. */
  ByteBuf detach() {
    ByteBuf given = bytes;
    if (given == null) {
      throw new IllegalStateException("nothing to give away");
    }
    bytes = given.isReadable() ? copy(given, given.readableBytes()) : null;
    borrowed = false;
    return given;
  }

  /** Called after each read: gives back what is consumed, and the network's buffer in any case. */
  void endRead() {
    ByteBuf present = bytes;
    if (present == null) {
      return;
    }
    if (!present.isReadable()) {
      release();
    } else if (borrowed) {
      own(present, 0);
    }
  }

  void release() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }

  private void own(ByteBuf present, int more) {
    bytes = copy(present, present.readableBytes() + more);
    borrowed = false;
    present.release();
  }

  private ByteBuf copy(ByteBuf from, int capacity) {
    return allocator.directBuffer(capacity).writeBytes(from);
  }
}
