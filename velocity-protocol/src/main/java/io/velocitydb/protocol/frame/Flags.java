package io.velocitydb.protocol.frame;

import io.velocitydb.protocol.Consistency;
import io.velocitydb.protocol.Durability;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.compression.Compression;

/**
 * The flags of a frame, byte 5: consistency (bits 0-1), durability (2-3), compression (4-5), tagged
 * (6), more frames of this response follow (7).
 */
public final class Flags {
  public static final int NONE = 0;
  public static final int CONSISTENCY_MASK = 0b0000_0011;
  public static final int DURABILITY_MASK = 0b0000_1100;
  public static final int DURABILITY_SHIFT = 2;
  public static final int COMPRESSION_MASK = 0b0011_0000;
  public static final int TAGGED = 0b0100_0000;
  public static final int MORE = 0b1000_0000;

  private static final int RESERVED_IN_REQUEST = COMPRESSION_MASK | TAGGED | MORE;
  private static final int RESERVED_IN_RESPONSE = 0xFF;

  private Flags() {}

  /** What must be 0 in a request when {@link Features} were agreed on. */
  static int reservedInRequest(long features) {
    return RESERVED_IN_REQUEST & ~compressions(features);
  }

  /** What must be 0 in a response when {@link Features} were agreed on. */
  static int reservedInResponse(long features) {
    int more = (features & Features.STREAMS) == 0 ? 0 : MORE;
    return RESERVED_IN_RESPONSE & ~compressions(features) & ~more;
  }

  /** Each compression is one bit; both together are none. */
  private static int compressions(long features) {
    int lz4 = (features & Features.LZ4) == 0 ? 0 : Compression.LZ4.flags();
    int zstandard = (features & Features.ZSTANDARD) == 0 ? 0 : Compression.ZSTANDARD.flags();
    return lz4 | zstandard;
  }

  /** The flags of a read. */
  public static int of(Consistency consistency) {
    return consistency.number();
  }

  /** The flags of a write. */
  public static int of(Durability durability) {
    return durability.number() << DURABILITY_SHIFT;
  }

  /** Of flags that {@link #checkRequest} let pass. */
  public static Consistency consistency(int flags) {
    return Consistency.of(flags & CONSISTENCY_MASK);
  }

  /** Of flags that {@link #checkRequest} let pass. */
  public static Durability durability(int flags) {
    return Durability.of((flags & DURABILITY_MASK) >>> DURABILITY_SHIFT);
  }

  /**
   * Checks the flags of a request whose frame {@link FrameDecoder} let pass.
   *
   * @throws ProtocolException INVALID_COMMAND for a consistency or durability that does not exist
   *     or does not belong to {@code opcode}
   */
  public static void checkRequest(Opcode opcode, int flags) {
    if (flags == NONE) {
      return;
    }
    int consistency = flags & CONSISTENCY_MASK;
    int durability = flags & DURABILITY_MASK;
    if (consistency != 0 && !opcode.isRead()) {
      throw invalid(opcode + " takes no consistency: only reads do");
    }
    if (durability != 0 && !opcode.isWrite()) {
      throw invalid(opcode + " takes no durability: only writes do");
    }
    if (consistency == CONSISTENCY_MASK) {
      throw invalid("consistency 3 does not exist: use 0, 1 or 2");
    }
    if (durability == DURABILITY_MASK) {
      throw invalid("durability 3 does not exist: use 0, 1 or 2");
    }
  }

  private static ProtocolException invalid(String message) {
    return new ProtocolException(ErrorCode.INVALID_COMMAND, message);
  }
}
