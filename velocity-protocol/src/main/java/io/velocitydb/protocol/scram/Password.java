package io.velocitydb.protocol.scram;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * The bytes of a password: Unicode normalization form C, as UTF-8, 1 to 1,024 bytes, no NUL. So the
 * same password typed on another system gives the same bytes.
 */
public final class Password {
  /** Bytes of the longest password. */
  public static final int MAX_BYTES = 1024;

  private Password() {}

  /**
   * The bytes of a password as typed. The caller wipes both arrays.
   *
   * @throws IllegalArgumentException if it is empty, too long, has a NUL or is no text; the message
   *     does not tell the password
   */
  public static byte[] prepare(char[] password) {
    return checked(encode(CharBuffer.wrap(password)));
  }

  /**
   * The bytes of a password that came as UTF-8. The caller wipes both arrays.
   *
   * @throws IllegalArgumentException as {@link #prepare(char[])}
   */
  public static byte[] prepare(byte[] utf8) {
    // Normalizing costs time, and no text shrinks to a quarter.
    if (utf8.length > 4 * MAX_BYTES) {
      throw tooLong();
    }
    CharBuffer chars;
    try {
      chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a password must be UTF-8 text", e);
    }
    try {
      return checked(encode(chars));
    } finally {
      Arrays.fill(chars.array(), '\0');
    }
  }

  private static byte[] encode(CharBuffer password) {
    if (password.remaining() > 4 * MAX_BYTES) {
      throw tooLong();
    }
    boolean ascii = password.chars().allMatch(c -> c < 0x80);
    // Only what is not ASCII becomes a String, which cannot be wiped.
    CharBuffer normal =
        ascii ? password : CharBuffer.wrap(Normalizer.normalize(password, Normalizer.Form.NFC));
    ByteBuffer encoded = ByteBuffer.allocate(3 * normal.remaining());
    boolean isText =
        !StandardCharsets.UTF_8.newEncoder().encode(normal.duplicate(), encoded, true).isError();
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    if (!isText) {
      throw new IllegalArgumentException("a password must be text: half a character in it");
    }
    return bytes;
  }

  private static byte[] checked(byte[] bytes) {
    String wrong = "";
    if (bytes.length == 0) {
      wrong = "a password must not be empty";
    } else if (bytes.length > MAX_BYTES) {
      throw tooLong();
    }
    for (byte one : bytes) {
      if (one == 0) {
        wrong = "a password must not have a NUL character";
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong);
    }
    return bytes;
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException(
        "a password must have at most " + MAX_BYTES + " bytes as UTF-8");
  }
}
