package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.Memory;

/** Bytes as text that a person can read and a terminal can show. */
public final class ReadableBytes {
  private ReadableBytes() {}

  /** As {@link #of(byte[])}, of native memory. */
  public static String of(long address, int length) {
    return of(Memory.bytes(address, length));
  }

  /** Printable ASCII as it is, everything else as {@code \xNN}. */
  public static String of(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte each : bytes) {
      if (each >= 0x20 && each < 0x7F && each != '\\') {
        text.append((char) each);
      } else {
        text.append("\\x%02x".formatted(each & 0xFF));
      }
    }
    return text.toString();
  }
}
