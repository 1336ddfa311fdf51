package io.velocitydb.protocol.scram;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    return read(text.getBytes(StandardCharsets.UTF_8))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "that is no token: it begins with vdb_ and has 58 characters, all of which are"
                        + " needed"));
  }

  /**
   * The token that this text is, if it is one: for what came where passwords come, too.
   *
   * @param text as UTF-8; the caller wipes it
   */
  public static Optional<Token> read(byte[] text) {
    byte[] prefix = PREFIX.getBytes(StandardCharsets.US_ASCII);
    if (text.length != TEXT_LENGTH
        || !Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length)) {
      return Optional.empty();
    }
    byte[] encoded = Arrays.copyOfRange(text, prefix.length, TEXT_LENGTH);
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(encoded);
      // Of the texts that a lenient decoder reads as the same bytes, one is the token.
      return bytes.length == ID_LENGTH + SECRET_LENGTH
              && Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(bytes), encoded)
          ? Optional.of(new Token(bytes))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** An id as people see it: unpadded base64url, 11 characters for 8 bytes. */
  public static String idText(byte[] id) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  /**
   * Reads {@link #idText}.
   *
   * @throws IllegalArgumentException if the text is no id of a token
   */
  public static byte[] parseId(String text) {
    try {
      byte[] id = Base64.getUrlDecoder().decode(text);
      if (id.length == ID_LENGTH && idText(id).equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException notBase64) {
      throw noId(text, notBase64);
    }
    throw noId(text, null);
  }

  private static IllegalArgumentException noId(String text, @Nullable Throwable cause) {
    // Never the text of a whole token: somebody may have given that by mistake.
    String shown = text.length() > 2 * ID_LENGTH ? "that" : "\"" + text + "\"";
    return new IllegalArgumentException(
        shown + " is no id of a token: that has 11 characters, as the list of tokens shows", cause);
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
    return "token " + idText(id());
  }
}
