package io.velocitydb.protocol.v1;

/**
 * Where the fields of a version 1 frame lie. All integers are little-endian.
 *
 * <pre>
 *  0        4         5      6            10           10 + length
 *  +--------+---------+------+------------+--------------+---------+
 *  | magic  | version | type | length u32 | payload      | crc32   |
 *  +--------+---------+------+------------+--------------+---------+
 * </pre>
 *
 * {@code length} counts the payload alone; {@code crc32} (CRC-32/ISO-HDLC) covers all before it.
 * The magic number is that of {@link io.velocitydb.protocol.frame.FrameHeader}; byte 4, below every
 * opcode, tells the two formats apart.
 */
public final class V1Header {
  /** What byte 4 holds. */
  public static final int VERSION = 1;

  public static final int VERSION_OFFSET = 4;
  public static final int TYPE_OFFSET = 5;
  public static final int LENGTH_OFFSET = 6;

  /** Bytes before the payload. */
  public static final int LENGTH = 10;

  /** Bytes of the checksum behind the payload. */
  public static final int CRC_LENGTH = 4;

  /** Bytes of a frame without its payload. */
  public static final int OVERHEAD = LENGTH + CRC_LENGTH;

  private V1Header() {}
}
