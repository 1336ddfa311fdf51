package io.velocitydb.protocol.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.ProtocolException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a payload in their order, and nothing beyond its end. Reusable; not thread
 * safe. Every method may throw a {@link ProtocolException} PROTOCOL_ERROR.
 */
public final class V1Reader {
  private final ByteBuf in;
  private int at;
  private final int end;
  private int lpIndex;

  /**
   * Reads the {@code length} bytes of a payload.
   *
   * @param index of its first byte
   */
  public V1Reader(ByteBuf in, int index, int length) {
    this.in = in;
    at = index;
    end = index + length;
  }

  /** An unsigned number of 8 bits. */
  public int u8() {
    return in.getUnsignedByte(take(1));
  }

  /** An unsigned number of 16 bits. */
  public int u16() {
    return in.getUnsignedShortLE(take(2));
  }

  /** An unsigned number of 32 bits. */
  public long u32() {
    return in.getUnsignedIntLE(take(4));
  }

  /** A number of 64 bits. */
  public long i64() {
    return in.getLongLE(take(8));
  }

  /** So many bytes, copied. */
  public byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    in.getBytes(take(count), bytes);
    return bytes;
  }

  /**
   * Bytes with their length in front, which lie at {@link #lpIndex}.
   *
   * @return how many they are
   */
  public int lp() {
    long length = u32();
    if (length > end - at) {
      throw bad("a field ends behind its payload");
    }
    lpIndex = take((int) length);
    return (int) length;
  }

  /** Index of the bytes that {@link #lp} passed. */
  public int lpIndex() {
    return lpIndex;
  }

  /** Bytes with their length in front, copied. */
  public byte[] lpBytes() {
    byte[] bytes = new byte[lp()];
    in.getBytes(lpIndex, bytes);
    return bytes;
  }

  /** Text with its length in front. */
  public String lpText() {
    int length = lp();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(in.nioBuffer(lpIndex, length)).toString();
    } catch (CharacterCodingException e) {
      throw bad("a text is not UTF-8");
    }
  }

  /** Everything up to the end. */
  public int rest() {
    return end - at;
  }

  /** That nothing is left. */
  public void end() {
    if (at != end) {
      throw bad("a payload has bytes behind its last field");
    }
  }

  private int take(int count) {
    if (count > end - at) {
      throw bad("a payload ends within a field");
    }
    int taken = at;
    at += count;
    return taken;
  }

  private static ProtocolException bad(String message) {
    return new ProtocolException(ErrorCode.PROTOCOL_ERROR, message);
  }
}
