package io.velocitydb.client.value;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A key: 1 to 65,536 bytes, ordered as unsigned bytes. Text keys are UTF-8.
 *
 * <p>Immutable and thread safe. The length is checked against the server's limits when a request is
 * made, not here.
 */
public final class Key implements Comparable<Key> {

  private final byte[] bytes;

  private Key(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The key whose bytes are {@code text} in UTF-8. */
  public static Key of(String text) {
    return new Key(text.getBytes(UTF_8));
  }

  /** The key with a copy of {@code bytes}. */
  public static Key of(byte[] bytes) {
    return new Key(bytes.clone());
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** A read-only view of the bytes, from position 0. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** The key as text; bytes that are not UTF-8 are replaced by U+FFFD. */
  public String text() {
    return new String(bytes, UTF_8);
  }

  /** Compares as unsigned bytes, which is the order of a scan. */
  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text, or {@code 0x...} when the bytes are not UTF-8. */
  @Override
  public String toString() {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
  }
}
