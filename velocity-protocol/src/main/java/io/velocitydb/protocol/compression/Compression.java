package io.velocitydb.protocol.compression;

import io.velocitydb.protocol.Features;

/** How the body of a frame is compressed: bits 4-5 of its flags. */
public enum Compression {
  /** Not at all. */
  NONE,
  /** One LZ4 block. Costs little time. */
  LZ4,
  /** One Zstandard frame without a dictionary. Smaller than LZ4, and costs more time. */
  ZSTANDARD;

  private static final int SHIFT = 4;
  private static final int MASK = 3;
  private static final Compression[] ALL = values();

  /** That of a frame, whose flags must have been negotiated. */
  public static Compression ofFlags(int flags) {
    return ALL[flags >>> SHIFT & MASK];
  }

  /** The one to be used where these {@link Features} were agreed on: the quicker one of them. */
  public static Compression of(long features) {
    if ((features & Features.LZ4) != 0) {
      return LZ4;
    }
    return (features & Features.ZSTANDARD) != 0 ? ZSTANDARD : NONE;
  }

  /** The feature that both sides must have for it; no bit for {@link #NONE}. */
  public long feature() {
    return switch (this) {
      case NONE -> Features.NONE;
      case LZ4 -> Features.LZ4;
      case ZSTANDARD -> Features.ZSTANDARD;
    };
  }

  /** Its bits among a frame's flags. */
  public int flags() {
    return ordinal() << SHIFT;
  }
}
