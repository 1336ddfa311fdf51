package io.velocitydb.protocol.frame;

/**
 * Where the fields of a version 2.4 frame lie. All integers are little-endian.
 *
 * <pre>
 *  0        4      5     6            14           14 + length
 *  +--------+------+-----+------------+--------------+---------+
 *  | magic  |opcode|flags| length u64 | body         | crc32   |
 *  +--------+------+-----+------------+--------------+---------+
 * </pre>
 *
 * {@code length} counts the body alone; {@code crc32} (CRC-32/ISO-HDLC) covers all before it.
 */
public final class FrameHeader {
  /** "VELO" read as a big-endian number, on the wire {@code 4F 4C 45 56}. */
  public static final int MAGIC = 0x5645_4C4F;

  public static final int MAGIC_OFFSET = 0;
  public static final int OPCODE_OFFSET = 4;
  public static final int FLAGS_OFFSET = 5;
  public static final int LENGTH_OFFSET = 6;

  /** Bytes before the body. */
  public static final int LENGTH = 14;

  /** Bytes of the checksum behind the body. */
  public static final int CRC_LENGTH = 4;

  /** Bytes of a frame without its body. */
  public static final int OVERHEAD = LENGTH + CRC_LENGTH;

  private FrameHeader() {}
}
