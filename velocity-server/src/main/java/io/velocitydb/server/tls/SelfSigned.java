package io.velocitydb.server.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes EC P-256 keys and certificates that sign themselves. */
final class SelfSigned {
  /** Clients trust the key, not the date; a server that runs for years must not stop at one. */
  static final Duration VALIDITY = Duration.ofDays(3650);

  private static final String CURVE = "secp256r1";
  private static final int SERIAL_BITS = 127;

  private SelfSigned() {}

  static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no EC P-256", e);
    }
  }

  /** Whether a certificate can be made for this key here. */
  static boolean isRenewable(PrivateKey key) {
    return key instanceof ECPrivateKey;
  }

  /**
   * The public half of a key on P-256.
   *
   * @throws CertificateProblem if it is of another kind
   */
  static PublicKey publicKey(PrivateKey key) {
    if (!(key instanceof ECPrivateKey ec)) {
      throw new CertificateProblem(
          "the key has no certificate beside it and is not an EC key; put its certificate there");
    }
    ECPoint point = CustomNamedCurves.getByName(CURVE).getG().multiply(ec.getS()).normalize();
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(
              new ECPublicKeySpec(
                  new java.security.spec.ECPoint(
                      point.getAffineXCoord().toBigInteger(),
                      point.getAffineYCoord().toBigInteger()),
                  ec.getParams()));
    } catch (GeneralSecurityException e) {
      throw new CertificateProblem("the key is not on the curve P-256", e);
    }
  }

  /** A certificate for this machine, valid from an hour before {@code now}: clocks differ. */
  static X509Certificate certificate(PublicKey publicKey, PrivateKey key, Instant now) {
    X500Name name = new X500Name("CN=velocity");
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(VALIDITY)),
              name,
              publicKey);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, names());
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a certificate: " + e, e);
    }
  }

  private static GeneralNames names() {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.dNSName, "localhost"));
    names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    names.add(new GeneralName(GeneralName.iPAddress, "::1"));
    hostName().ifPresent(host -> names.add(new GeneralName(GeneralName.dNSName, host)));
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static java.util.Optional<String> hostName() {
    try {
      String host = InetAddress.getLocalHost().getHostName();
      return host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
              && !host.equals("localhost")
          ? java.util.Optional.of(host)
          : java.util.Optional.empty();
    } catch (UnknownHostException e) {
      // A machine without a name in DNS: the certificate names the loopback only.
      return java.util.Optional.empty();
    }
  }
}
