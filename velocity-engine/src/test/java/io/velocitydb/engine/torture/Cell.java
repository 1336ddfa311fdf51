package io.velocitydb.engine.torture;

import io.velocitydb.engine.Entry;
import java.util.Arrays;

/** What the model holds under a key. */
@SuppressWarnings("ArrayRecordComponent") // never changed, compared by content
record Cell(byte[] value, byte encoding, Stamp version, long expiresAtMs) {

  /** A version that the engine gives out, and the model learns when it is told. */
  static final class Stamp {
    private static final long UNKNOWN = -1;
    private long value = UNKNOWN;

    boolean known() {
      return value != UNKNOWN;
    }

    long value() {
      return value;
    }

    void learn(long version) {
      if (known() && value != version) {
        throw new AssertionError("version " + version + " where it was " + value + " before");
      }
      value = version;
    }
  }

  boolean live(long now) {
    return expiresAtMs == 0 || expiresAtMs > now;
  }

  /** Whether the engine's entry is this one. */
  boolean matches(Entry entry) {
    return Arrays.equals(value, entry.value())
        && encoding == entry.encoding()
        && expiresAtMs == entry.expiresAtMs()
        && (!version.known() || version.value() == entry.version());
  }

  @Override
  public boolean equals(Object other) {
    throw new UnsupportedOperationException("compare with matches()");
  }

  @Override
  public int hashCode() {
    throw new UnsupportedOperationException("compare with matches()");
  }

  @Override
  public String toString() {
    String text =
        value.length > 24
            ? Keys.show(Arrays.copyOf(value, 24)) + "... (" + value.length + " bytes)"
            : Keys.show(value);
    return text
        + " enc="
        + encoding
        + " v="
        + (version.known() ? version.value() : "?")
        + (expiresAtMs == 0 ? "" : " until " + expiresAtMs);
  }
}
