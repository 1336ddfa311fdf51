package io.velocitydb.client.value;

/** What a value's bytes are. Stored with the value, so that it comes back as what was set. */
public enum Encoding {
  /** Bytes without meaning to the client. */
  BYTES,
  /** UTF-8 text. */
  TEXT,
  /** JSON in UTF-8. */
  JSON,
  /** An encoding this version does not know; the bytes are given as they are. */
  UNKNOWN;

  /**
   * The number stored by the server: 0 bytes, 1 text, 2 JSON. {@link #UNKNOWN} has none and is sent
   * as bytes.
   */
  public int code() {
    return this == UNKNOWN ? 0 : ordinal();
  }

  /**
   * The encoding with that number; {@link #UNKNOWN} for a number that a later version introduced.
   */
  public static Encoding of(int code) {
    return switch (code) {
      case 0 -> BYTES;
      case 1 -> TEXT;
      case 2 -> JSON;
      default -> UNKNOWN;
    };
  }
}
