package io.velocitydb.engine.log;

import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.memory.Memory;

/**
 * Layout of a log file. A record is cut into fragments, none of which crosses the end of a frame:
 *
 * <pre>
 *   checksum u64   XXH64 of all bytes from length on, seeded by salt and file offset
 *   length   u16   bytes of payload
 *   type     u8    FULL, FIRST, MIDDLE or LAST
 *   zero     u8
 *   payload
 * </pre>
 *
 * The salt is random for each life of a file, so that bytes of an earlier life, or of another
 * place, never pass for a fragment.
 */
final class LogFormat {
  static final int FRAME_BYTES = 32 * 1024;
  static final int HEADER_BYTES = 12;

  static final int FULL = 1;
  static final int FIRST = 2;
  static final int MIDDLE = 3;
  static final int LAST = 4;

  private static final int CHECKED_FROM = 8;
  static final int TYPE_AT = 10;
  private static final long OFFSET_MULTIPLIER = 0x9E3779B97F4A7C15L;

  private LogFormat() {}

  /** Completes the header of a fragment whose payload is in place. */
  static void seal(long address, int payloadLength, int type, long salt, long fileOffset) {
    Memory.putShort(address + CHECKED_FROM, (short) payloadLength);
    Memory.putByte(address + TYPE_AT, (byte) type);
    Memory.putByte(address + TYPE_AT + 1, (byte) 0);
    Memory.putLong(address, checksum(address, payloadLength, salt, fileOffset));
  }

  /** The type of the fragment at {@code address} if it is intact, otherwise 0. */
  static int intactType(long address, int room, long salt, long fileOffset) {
    if (room < HEADER_BYTES) {
      return 0;
    }
    int length = payloadLength(address);
    int type = Memory.getByte(address + TYPE_AT);
    boolean plausible =
        length > 0
            && length <= room - HEADER_BYTES
            && type >= FULL
            && type <= LAST
            && Memory.getByte(address + TYPE_AT + 1) == 0;
    return plausible && Memory.getLong(address) == checksum(address, length, salt, fileOffset)
        ? type
        : 0;
  }

  static int payloadLength(long address) {
    return Memory.getShort(address + CHECKED_FROM) & 0xFFFF;
  }

  private static long checksum(long address, int payloadLength, long salt, long fileOffset) {
    return XxHash64.hash(
        address + CHECKED_FROM,
        HEADER_BYTES - CHECKED_FROM + payloadLength,
        salt ^ (fileOffset * OFFSET_MULTIPLIER));
  }
}
