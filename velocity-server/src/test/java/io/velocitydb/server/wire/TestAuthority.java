package io.velocitydb.server.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that vouches for clients of a test. */
public final class TestAuthority {
  private final String name;
  private final KeyPair pair = newKey();
  private final X509Certificate certificate;

  public TestAuthority(String name) {
    this.name = "CN=" + name;
    certificate =
        sign(
            this.name,
            pair,
            Instant.now().plus(Duration.ofDays(1)),
            KeyPurposeId.anyExtendedKeyUsage);
  }

  /** Writes its certificate. */
  public Path write(Path folder) throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), pem("CERTIFICATE", encoded(certificate)));
  }

  /** A certificate for clients. */
  public Issued issue(String subject) {
    return issue(subject, Instant.now().plus(Duration.ofDays(1)), KeyPurposeId.id_kp_clientAuth);
  }

  public Issued issue(String subject, Instant end, KeyPurposeId purpose) {
    KeyPair own = newKey();
    return new Issued(sign(subject, own, end, purpose), own.getPrivate());
  }

  private X509Certificate sign(String subject, KeyPair own, Instant end, KeyPurposeId purpose) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(name),
              new BigInteger(64, new SecureRandom()),
              Date.from(end.minus(Duration.ofDays(2))),
              Date.from(end),
              new X500Name(subject),
              own.getPublic());
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(subject.equals(name)));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** A certificate with its key. */
  public record Issued(X509Certificate certificate, PrivateKey key) {

    /** Writes the certificate. */
    public Path writeCertificate(Path folder) throws IOException {
      return Files.writeString(
          folder.resolve("client.pem"), pem("CERTIFICATE", encoded(certificate)));
    }

    /** Writes the key. */
    public Path writeKey(Path folder) throws IOException {
      return Files.writeString(
          folder.resolve("client-key.pem"), pem("PRIVATE KEY", key.getEncoded()));
    }

    /** Shows it to everybody, also to those who ask for one of another authority. */
    public X509ExtendedKeyManager shownToEverybody() {
      return new ShownToEverybody(this);
    }
  }

  private static final class ShownToEverybody extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";
    private final Issued issued;

    ShownToEverybody(Issued issued) {
      this.issued = issued;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      throw new UnsupportedOperationException();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {issued.certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return issued.key;
    }
  }
}
