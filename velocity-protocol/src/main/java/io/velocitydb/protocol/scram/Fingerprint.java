package io.velocitydb.protocol.scram;

import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A server's key as people compare and pin it: {@code SHA256:} and the unpadded base64 of the
 * SHA-256 of its SubjectPublicKeyInfo. It stays when a certificate is renewed with the same key.
 */
public final class Fingerprint {
  private static final String PREFIX = "SHA256:";

  private final byte[] digest;

  private Fingerprint(byte[] digest) {
    this.digest = digest;
  }

  /** The fingerprint of a DER-encoded SubjectPublicKeyInfo. */
  public static Fingerprint of(byte[] subjectPublicKeyInfo) {
    return new Fingerprint(Crypto.sha256(subjectPublicKeyInfo));
  }

  /**
   * The fingerprint of a certificate's key.
   *
   * @throws IllegalArgumentException if the key has no encoded form
   */
  public static Fingerprint of(PublicKey key) {
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new IllegalArgumentException("a key without an encoded form has no fingerprint");
    }
    return of(encoded);
  }

  /**
   * Reads {@link #toString}.
   *
   * @throws IllegalArgumentException if the text is no fingerprint
   */
  public static Fingerprint parse(String text) {
    if (text.startsWith(PREFIX)) {
      try {
        Fingerprint parsed =
            new Fingerprint(Base64.getDecoder().decode(text.substring(PREFIX.length())));
        if (parsed.digest.length == ClientKeys.LENGTH && parsed.toString().equals(text)) {
          return parsed;
        }
      } catch (IllegalArgumentException notBase64) {
        throw wrong(text, notBase64);
      }
    }
    throw wrong(text, null);
  }

  private static IllegalArgumentException wrong(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "\""
            + text
            + "\" is no fingerprint: write SHA256: and 43 characters, as the server prints"
            + " when it starts",
        cause);
  }

  /** {@code SHA256:} and 43 characters. */
  @Override
  public String toString() {
    return PREFIX + Base64.getEncoder().withoutPadding().encodeToString(digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint that && MessageDigest.isEqual(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }
}
