package io.velocitydb.engine;

/**
 * An entry on the heap, for embedded use; the arrays are the caller's own copies.
 *
 * @param key 1 to 65,536 bytes
 * @param value the value's bytes
 * @param encoding what the bytes are: 0 bytes, 1 UTF-8 text, 2 JSON; the engine only stores it
 * @param version changes with each write of the key, is never used twice; compare for equality only
 * @param expiresAtMs milliseconds since the Unix epoch, 0 for never
 */
@SuppressWarnings("ArrayRecordComponent") // plain data for callers; compared by content below
public record Entry(byte[] key, byte[] value, byte encoding, long version, long expiresAtMs) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Entry e
        && java.util.Arrays.equals(key, e.key)
        && java.util.Arrays.equals(value, e.value)
        && encoding == e.encoding
        && version == e.version
        && expiresAtMs == e.expiresAtMs;
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(key) * 31 + Long.hashCode(version);
  }
}
