package io.velocitydb.server.tls;

import io.velocitydb.protocol.scram.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
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

/** Reads and writes certificates and keys as PEM text. */
final class PemFiles {
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");
  private static final int LINE_LENGTH = 64;

  private PemFiles() {}

  /**
   * Reads a chain and its key, and checks that they belong together.
   *
   * @throws CertificateProblem in one line, naming the file
   */
  static ServerCertificate read(Path certificate, Path key) {
    String certificatePem = text(certificate);
    String keyPem = text(key);
    List<X509Certificate> chain = chain(certificate, certificatePem);
    PrivateKey privateKey = privateKey(key, keyPem);
    if (!belongTogether(chain.getFirst().getPublicKey(), privateKey)) {
      throw new CertificateProblem(
          "the key in " + key + " is not that of the certificate in " + certificate);
    }
    return new ServerCertificate(
        chain,
        privateKey,
        certificatePem,
        keyPem,
        Fingerprint.of(chain.getFirst().getPublicKey()).toString());
  }

  /** Bytes as PEM text under a label such as {@code CERTIFICATE}. */
  static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'});
    return "-----BEGIN "
        + label
        + "-----\n"
        + lines.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  static PrivateKey privateKey(Path file, String pem) {
    Matcher found = KEY.matcher(pem);
    if (!found.find()) {
      throw new CertificateProblem(
          file
              + " holds no PKCS#8 private key (\"BEGIN PRIVATE KEY\"); convert yours with: openssl"
              + " pkcs8 -topk8 -nocrypt -in "
              + file);
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new CertificateProblem(file + ": the private key is damaged", e);
    }
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
    return KEY_ALGORITHMS.stream()
        .flatMap(algorithm -> keyOf(algorithm, encoded).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new CertificateProblem(
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

  private static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CertificateProblem(file + " is too large for a PEM file: " + size + " bytes");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new CertificateProblem("cannot read " + file + ": " + e, e);
    }
  }

  @SuppressWarnings("unchecked") // an X.509 factory makes X.509 certificates
  private static List<X509Certificate> chain(Path file, String pem) {
    try {
      List<X509Certificate> chain =
          (List<X509Certificate>)
              (List<?>)
                  List.copyOf(
                      CertificateFactory.getInstance("X.509")
                          .generateCertificates(
                              new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1))));
      if (chain.isEmpty()) {
        throw new CertificateProblem(file + " holds no certificate (\"BEGIN CERTIFICATE\")");
      }
      return chain;
    } catch (GeneralSecurityException e) {
      throw new CertificateProblem(file + " holds no readable certificate: " + e.getMessage(), e);
    }
  }

  /** Signs a random text with one and checks it with the other. */
  private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> publicKey.getAlgorithm();
        };
    byte[] text = new byte[32];
    new SecureRandom().nextBytes(text);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(privateKey);
      signer.update(text);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey);
      verifier.update(text);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // A key of another kind than the certificate's cannot sign for it: no match either.
      return false;
    }
  }
}
