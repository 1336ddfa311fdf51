package io.velocitydb.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.protocol.scram.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key is made once and kept; the certificate around it may change. */
final class CertificateFolderTest {
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  @TempDir Path folder;

  private CertificateFolder tls() {
    return new CertificateFolder(folder.resolve("tls"));
  }

  @Test
  void theFirstStartMakesAKeyThatOnlyItsOwnerCanRead() throws Exception {
    ServerCertificate made = tls().openOrCreate(NOW);

    assertThat(made.leaf().getPublicKey()).isInstanceOf(ECPublicKey.class);
    assertThat(made.fingerprint())
        .isEqualTo(Fingerprint.of(made.leaf().getPublicKey()).toString())
        .startsWith("SHA256:");
    made.leaf().verify(made.leaf().getPublicKey());
    assertThat(made.leaf().getSubjectAlternativeNames())
        .contains(List.of(2, "localhost"), List.of(7, "127.0.0.1"));
    assertThat(mode("tls")).isEqualTo("rwx------");
    assertThat(mode("tls/key.pem")).isEqualTo("rw-------");
    assertThat(made.toString()).doesNotContain("PRIVATE");
  }

  private String mode(String file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
  }

  @Test
  void laterStartsFindTheSame() {
    ServerCertificate first = tls().openOrCreate(NOW);
    ServerCertificate second = tls().openOrCreate(NOW.plus(Duration.ofDays(1_000)));
    assertThat(second.leaf()).isEqualTo(first.leaf());
    assertThat(second.expires()).isAfter(NOW.plus(Duration.ofDays(3_000)));
  }

  @Test
  void aRenewedCertificateKeepsItsKey() {
    ServerCertificate first = tls().openOrCreate(NOW);
    ServerCertificate renewed = tls().openOrCreate(NOW.plus(Duration.ofDays(3_400)));
    assertThat(renewed.leaf()).isNotEqualTo(first.leaf());
    assertThat(renewed.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(renewed.expires()).isAfter(first.expires());
  }

  /** What a crash between the two files leaves. */
  @Test
  void aKeyWithoutACertificateGetsOne() throws Exception {
    ServerCertificate first = tls().openOrCreate(NOW);
    Files.delete(folder.resolve("tls/cert.pem"));
    assertThat(tls().openOrCreate(NOW).fingerprint()).isEqualTo(first.fingerprint());
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    tls().openOrCreate(NOW);
    new CertificateFolder(folder.resolve("other")).openOrCreate(NOW);
    assertThatThrownBy(
            () -> PemFiles.read(folder.resolve("tls/cert.pem"), folder.resolve("other/key.pem")))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("is not that of the certificate");
  }

  @Test
  void filesThatAreNoneAreNamed() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "hello");
    tls().openOrCreate(NOW);
    Path certificate = folder.resolve("tls/cert.pem");
    Path key = folder.resolve("tls/key.pem");
    assertThatThrownBy(() -> PemFiles.read(text, key))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("text.pem");
    assertThatThrownBy(() -> PemFiles.read(certificate, text))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(() -> PemFiles.read(certificate, folder.resolve("none")))
        .isInstanceOf(CertificateProblem.class)
        .hasMessageContaining("none");
  }
}
