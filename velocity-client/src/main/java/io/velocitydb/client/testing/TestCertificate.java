package io.velocitydb.client.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.velocitydb.protocol.scram.Fingerprint;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key with a certificate that is good for a test: EC P-256, valid for a day. Immutable.
 *
 * <p>Either signs itself, as a Velocity server's first one does, or comes from another one as its
 * authority.
 */
public final class TestCertificate {

  private static final byte[] ECDSA_WITH_SHA256 =
      Der.of(Der.SEQUENCE, Der.oid(1, 2, 840, 10045, 4, 3, 2));
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final KeyPair pair;
  private final X509Certificate certificate;
  private final List<X509Certificate> chain;
  private final String name;

  private TestCertificate(
      KeyPair pair, X509Certificate certificate, List<X509Certificate> chain, String name) {
    this.pair = pair;
    this.certificate = certificate;
    this.chain = chain;
    this.name = name;
  }

  /** One with a new key that signs itself, for {@code localhost} and the loopback addresses. */
  public static TestCertificate selfSigned() {
    return make("velocity-test", null, List.of("localhost", "127.0.0.1", "::1"), Instant.now());
  }

  /** An authority with a new key. */
  public static TestCertificate authority() {
    return make("velocity-test-authority", null, List.of(), Instant.now());
  }

  /**
   * One with a new key, signed by this one.
   *
   * @param names host names and addresses that it is for
   */
  public TestCertificate issue(String... names) {
    return make("velocity-test", this, List.of(names), Instant.now());
  }

  /** As {@link #issue}, valid from {@code start} for a day. */
  public TestCertificate issueAt(Instant start, String... names) {
    return make("velocity-test", this, List.of(names), start);
  }

  /** Another certificate for the same key, as after a renewal. */
  public TestCertificate renewed() {
    return make(pair, name, null, List.of("localhost", "127.0.0.1", "::1"), Instant.now());
  }

  /** The fingerprint of the key. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(certificate.getPublicKey());
  }

  /** The certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The certificate with those that vouch for it. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** The private key. */
  public PrivateKey key() {
    return pair.getPrivate();
  }

  /** The certificate as PEM. */
  public String pem() {
    try {
      String base64 =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TestCertificate make(
      String name, @Nullable TestCertificate issuer, List<String> names, Instant start) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return make(generator.generateKeyPair(), name, issuer, names, start);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot make EC keys", e);
    }
  }

  private static TestCertificate make(
      KeyPair pair,
      String name,
      @Nullable TestCertificate issuer,
      List<String> names,
      Instant start) {
    try {
      byte[] body =
          Der.of(
              Der.SEQUENCE,
              Der.of(Der.CONTEXT_CONSTRUCTED, Der.integer(BigInteger.TWO)),
              Der.integer(new BigInteger(127, new SecureRandom()).setBit(1)),
              ECDSA_WITH_SHA256,
              distinguishedName(issuer == null ? name : issuer.name),
              Der.of(
                  Der.SEQUENCE, time(start.minusSeconds(60)), time(start.plus(Duration.ofDays(1)))),
              distinguishedName(name),
              pair.getPublic().getEncoded(),
              extensions(names));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(issuer == null ? pair.getPrivate() : issuer.key());
      signature.update(body);
      byte[] whole = Der.of(Der.SEQUENCE, body, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(whole));
      List<X509Certificate> chain = new ArrayList<>();
      chain.add(certificate);
      if (issuer != null) {
        chain.addAll(issuer.chain);
      }
      return new TestCertificate(pair, certificate, List.copyOf(chain), name);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot make certificates", e);
    }
  }

  private static byte[] distinguishedName(String commonName) {
    byte[] attribute =
        Der.of(
            Der.SEQUENCE, Der.oid(2, 5, 4, 3), Der.of(Der.UTF8_STRING, commonName.getBytes(UTF_8)));
    return Der.of(Der.SEQUENCE, Der.of(Der.SET, attribute));
  }

  private static byte[] time(Instant moment) {
    return Der.of(Der.GENERALIZED_TIME, TIME.format(moment).getBytes(US_ASCII));
  }

  /** An authority's has no names: it may sign; a server's has the names it is for. */
  private static byte[] extensions(List<String> names) {
    byte[] isAuthority = Der.of(Der.BOOLEAN, new byte[] {(byte) 0xFF});
    byte[] extension =
        names.isEmpty()
            ? Der.of(
                Der.SEQUENCE,
                Der.oid(2, 5, 29, 19),
                isAuthority,
                Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, isAuthority)))
            : Der.of(
                Der.SEQUENCE,
                Der.oid(2, 5, 29, 17),
                Der.of(Der.OCTET_STRING, alternativeNames(names)));
    return Der.of(Der.CONTEXT_CONSTRUCTED | 3, Der.of(Der.SEQUENCE, extension));
  }

  private static byte[] alternativeNames(List<String> names) {
    List<byte[]> forms = new ArrayList<>();
    for (String name : names) {
      if (name.matches("[0-9.]+|.*:.*")) {
        forms.add(Der.of(Der.CONTEXT | IP_ADDRESS, InetAddress.ofLiteral(name).getAddress()));
      } else {
        forms.add(Der.of(Der.CONTEXT | DNS_NAME, name.getBytes(US_ASCII)));
      }
    }
    return Der.of(Der.SEQUENCE, forms.toArray(byte[][]::new));
  }
}
