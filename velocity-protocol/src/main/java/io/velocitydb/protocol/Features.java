package io.velocitydb.protocol;

/**
 * What client and server may agree on in HELLO: each offers bits, and what both have counts once
 * AUTH has succeeded. Unknown bits are ignored.
 */
public final class Features {
  public static final long NONE = 0;

  /** A body may be one LZ4 block. */
  public static final long LZ4 = 2;

  /** A body may be one Zstandard frame. */
  public static final long ZSTANDARD = 4;

  /** A reply may come in several frames: flag {@code more}. */
  public static final long STREAMS = 8;

  /** What this implementation has, on either side. */
  public static final long ALL = LZ4 | ZSTANDARD | STREAMS;

  private Features() {}
}
