package io.velocitydb.e2e.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** A frame of V-Proto 2.4. */
public final class Frame {

  public static final int HELLO = 0x10;
  public static final int AUTH = 0x11;
  public static final int GET = 0x20;
  public static final int MGET = 0x28;
  public static final int ERROR = 0xFF;

  /** Bytes before the body. */
  public static final int HEADER = 14;

  private static final int MAGIC = 0x56454C4F;

  private final int opcode;
  private final int flags;
  private final byte[] body;

  Frame(int opcode, int flags, byte[] body) {
    this.opcode = opcode;
    this.flags = flags;
    this.body = body;
  }

  /** A request with this body and no flags. */
  public static Frame request(int opcode, byte[] body) {
    return new Frame(opcode, 0, body);
  }

  /** The frame as it stands on the wire. */
  public byte[] encode() {
    byte[] bytes =
        ByteBuffer.allocate(HEADER + body.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header(opcode, flags, body.length))
            .put(body)
            .array();
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, HEADER + body.length);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(HEADER + body.length, (int) crc.getValue());
    return bytes;
  }

  /** The frame with a checksum that is wrong in its last bit. */
  public byte[] encodeWithWrongChecksum() {
    byte[] bytes = encode();
    bytes[bytes.length - 1] ^= 1;
    return bytes;
  }

  /** A header alone, which may claim any length. */
  public static byte[] header(int opcode, int flags, long length) {
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .put((byte) opcode)
        .put((byte) flags)
        .putLong(length)
        .array();
  }

  public int opcode() {
    return opcode;
  }

  /** Bytes of the body. */
  public int bodyLength() {
    return body.length;
  }

  /** The body's root table. */
  public TableReader table() {
    return TableReader.root(body);
  }

  /** Whether this is the error of that code; its message is in field 1. */
  public boolean isError(int code) {
    return opcode == ERROR && table().unsignedShort(0) == code;
  }

  @Override
  public String toString() {
    return opcode == ERROR
        ? "error " + table().unsignedShort(0) + ": " + table().text(1)
        : "frame 0x%02x of %d bytes".formatted(opcode, body.length);
  }
}
