package io.velocitydb.client.command;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where a scan goes on: bytes made by the server, good for the same range and direction only.
 * Immutable.
 *
 * <p>It holds no resource on the server and does not expire; what is written meanwhile may or may
 * not be seen.
 */
public final class Cursor {

  private final byte[] bytes;

  private Cursor(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The cursor with a copy of {@code bytes}, which {@link #toBytes()} gave. */
  public static Cursor of(byte[] bytes) {
    return new Cursor(bytes.clone());
  }

  /** A copy of the bytes, to be kept over a restart. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cursor cursor && Arrays.equals(bytes, cursor.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
