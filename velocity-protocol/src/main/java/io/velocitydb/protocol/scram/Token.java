package io.velocitydb.protocol.scram;

import java.util.Arrays;
import java.util.Base64;

/**
 * An API token: {@code vdb_} and the unpadded base64url of 8 bytes id and 32 bytes secret, 58
 * characters. Immutable; {@link #toString} does not tell the secret.
 */
public final class Token {
  /** Bytes of the id. */
  public static final int ID_LENGTH = 8;

  /** Bytes of the secret. */
  public static final int SECRET_LENGTH = 32;

  private static final String PREFIX = "vdb_";
  private static final int TEXT_LENGTH = 58;

  private final byte[] bytes;

  private Token(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Puts a token together.
   *
   * @throws IllegalArgumentException unless id and secret have 8 and 32 bytes
   */
  public static Token of(byte[] id, byte[] secret) {
    if (id.length != ID_LENGTH || secret.length != SECRET_LENGTH) {
      throw new IllegalArgumentException("a token has 8 bytes id and 32 bytes secret");
    }
    byte[] bytes = Arrays.copyOf(id, ID_LENGTH + SECRET_LENGTH);
    System.arraycopy(secret, 0, bytes, ID_LENGTH, SECRET_LENGTH);
    return new Token(bytes);
  }

  /**
   * Reads {@link #format}.
   *
   * @throws IllegalArgumentException if the text is no token; the message does not repeat it
   */
  public static Token parse(String text) {
    if (text.length() == TEXT_LENGTH && text.startsWith(PREFIX)) {
      byte[] bytes = decode(text.substring(PREFIX.length()));
      Token token = new Token(bytes);
      if (bytes.length == ID_LENGTH + SECRET_LENGTH && token.format().equals(text)) {
        return token;
      }
    }
    throw new IllegalArgumentException(
        "that is no token: it begins with vdb_ and has 58 characters, all of which are needed");
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      return new byte[0];
    }
  }

  /** The whole token, to be shown once and kept secret. */
  public String format() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public byte[] id() {
    return Arrays.copyOf(bytes, ID_LENGTH);
  }

  public byte[] secret() {
    return Arrays.copyOfRange(bytes, ID_LENGTH, bytes.length);
  }

  /** The id alone. */
  @Override
  public String toString() {
    return "token " + Base64.getUrlEncoder().withoutPadding().encodeToString(id());
  }
}
