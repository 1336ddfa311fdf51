package io.velocitydb.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate chain with its private key.
 *
 * @param chain the leaf first
 * @param key of the leaf
 * @param certificatePem the chain as text
 * @param keyPem the key as PKCS#8 text
 * @param fingerprint {@code SHA256:} and the unpadded base64 of the leaf's SubjectPublicKeyInfo
 */
public record ServerCertificate(
    List<X509Certificate> chain,
    PrivateKey key,
    String certificatePem,
    String keyPem,
    String fingerprint) {

  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /** The certificate that clients see. */
  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** When the leaf ceases to be valid. */
  public Instant expires() {
    return leaf().getNotAfter().toInstant();
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "ServerCertificate[" + leaf().getSubjectX500Principal() + ", " + fingerprint + "]";
  }
}
