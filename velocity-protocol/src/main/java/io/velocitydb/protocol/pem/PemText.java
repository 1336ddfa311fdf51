package io.velocitydb.protocol.pem;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates or a private key as PEM text (RFC 7468). Immutable.
 *
 * @param file where it comes from, for messages
 * @param text all of it
 */
public record PemText(String file, String text) {
  /** Bytes of the largest file worth reading. */
  public static final int MAX_BYTES = 1 << 20;

  /** Signed by a key to see whether it is that of a certificate. */
  private static final byte[] PROBE = "velocity pem".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  /**
   * The certificates in it, at least one, as they stand.
   *
   * @throws PemException if there is none, or one that cannot be read
   */
  public List<X509Certificate> certificates() throws PemException {
    try {
      List<X509Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (all.isEmpty()) {
        throw new PemException(file + " holds no certificate (\"BEGIN CERTIFICATE\")");
      }
      return all;
    } catch (GeneralSecurityException e) {
      throw new PemException(file + " holds no readable certificate: " + e.getMessage(), e);
    }
  }

  /**
   * The private key in it: PKCS#8, not encrypted, EC, RSA or Ed25519.
   *
   * @throws PemException if there is none
   */
  public PrivateKey privateKey() throws PemException {
    Matcher found = KEY.matcher(text);
    if (!found.find()) {
      throw new PemException(
          file
              + " holds no PKCS#8 private key (\"BEGIN PRIVATE KEY\"); convert yours with: openssl"
              + " pkcs8 -topk8 -nocrypt -in "
              + file);
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new PemException(file + ": the private key is damaged", e);
    }
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
    return KEY_ALGORITHMS.stream()
        .flatMap(algorithm -> keyOf(algorithm, encoded).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new PemException(
                    file
                        + ": the private key is damaged, or of none of the kinds "
                        + String.join(", ", KEY_ALGORITHMS)));
  }

  private static Optional<PrivateKey> keyOf(String algorithm, PKCS8EncodedKeySpec encoded) {
    try {
      return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
    } catch (InvalidKeySpecException e) {
      // Of another kind; the caller tries the next.
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + algorithm, e);
    }
  }

  /**
   * Makes sure that the key in {@code key} is that of the first certificate in {@code certificate}.
   *
   * @throws PemException if not, or one of the files has none
   */
  public static void checkPair(PemText certificate, PemText key) throws PemException {
    if (!belongTogether(certificate.certificates().getFirst().getPublicKey(), key.privateKey())) {
      throw new PemException(
          "the key in " + key.file + " is not that of the certificate in " + certificate.file);
    }
  }

  /** Signs something with one and checks it with the other. */
  private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(privateKey);
      signer.update(PROBE);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey);
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // A key of another kind than the certificate's cannot sign for it: no match either.
      return false;
    }
  }

  /** The name alone: there may be a key in the text. */
  @Override
  public String toString() {
    return file;
  }
}
