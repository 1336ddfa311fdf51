package io.velocitydb.server.tls;

import io.velocitydb.protocol.pem.PemException;
import io.velocitydb.protocol.pem.PemText;
import io.velocitydb.protocol.scram.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Reads and writes the server's certificate and key as PEM text. */
final class PemFiles {
  private static final int LINE_LENGTH = 64;

  private PemFiles() {}

  /**
   * Reads a chain and its key, and checks that they belong together.
   *
   * @throws CertificateProblem in one line, naming the file
   */
  static ServerCertificate read(Path certificate, Path key) {
    return pair(text(certificate), text(key));
  }

  /**
   * The same for what was read from the files.
   *
   * @throws CertificateProblem in one line, naming the file
   */
  static ServerCertificate pair(PemText certificateFile, PemText keyFile) {
    try {
      PemText.checkPair(certificateFile, keyFile);
      List<X509Certificate> chain = certificateFile.certificates();
      return new ServerCertificate(
          chain,
          keyFile.privateKey(),
          certificateFile.text(),
          keyFile.text(),
          Fingerprint.of(chain.getFirst().getPublicKey()).toString());
    } catch (PemException e) {
      throw new CertificateProblem(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads a key alone.
   *
   * @throws CertificateProblem in one line, naming the file
   */
  static PrivateKey privateKey(Path key) {
    try {
      return text(key).privateKey();
    } catch (PemException e) {
      throw new CertificateProblem(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads a file whole.
   *
   * @throws CertificateProblem in one line, naming the file
   */
  static PemText text(Path file) {
    try {
      long size = Files.size(file);
      if (size > PemText.MAX_BYTES) {
        throw new CertificateProblem(file + " is too large for a PEM file: " + size + " bytes");
      }
      return new PemText(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new CertificateProblem("cannot read " + file + ": " + e, e);
    }
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
}
