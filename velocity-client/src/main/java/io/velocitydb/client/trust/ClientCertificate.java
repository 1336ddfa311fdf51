package io.velocitydb.client.trust;

import io.velocitydb.client.error.InvalidCertificateException;
import io.velocitydb.protocol.pem.PemException;
import io.velocitydb.protocol.pem.PemText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A certificate that the client shows to servers that ask for one. Read anew for each connection,
 * so that a renewed one is used without a restart. Immutable.
 *
 * @param chain PEM file with the certificate, and behind it those that vouch for it
 * @param key PEM file with its private key (PKCS#8, not encrypted)
 */
public record ClientCertificate(Path chain, Path key) {

  /**
   * Reads both files, for TLS. Not for an event loop.
   *
   * @throws InvalidCertificateException if they cannot be used
   */
  public KeyManager[] keyManagers() {
    try {
      PemText certificates = text(chain);
      PemText privateKey = text(key);
      PemText.checkPair(certificates, privateKey);
      // The store is never written; its password protects nothing.
      char[] none = new char[0];
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, none);
      store.setKeyEntry(
          "client",
          privateKey.privateKey(),
          none,
          certificates.certificates().toArray(X509Certificate[]::new));
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, none);
      return factory.getKeyManagers();
    } catch (PemException e) {
      throw new InvalidCertificateException("the client's certificate: " + e.getMessage());
    } catch (IOException | GeneralSecurityException e) {
      throw new InvalidCertificateException(
          "the client's certificate " + chain + " cannot be used: " + e.getMessage());
    }
  }

  private static PemText text(Path file) {
    try {
      long size = Files.size(file);
      if (size > PemText.MAX_BYTES) {
        throw new InvalidCertificateException(
            "the client's certificate: " + file + " is too large for a PEM file");
      }
      return new PemText(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new InvalidCertificateException(
          "the client's certificate: cannot read " + file + ": " + e);
    }
  }
}
