package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.error.InvalidCertificateException;
import io.velocitydb.client.error.ServerKeyChangedException;
import io.velocitydb.client.error.UnknownServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.client.testing.TestCertificate;
import io.velocitydb.client.trust.KnownHosts;
import io.velocitydb.client.trust.ServerCheck;
import io.velocitydb.client.trust.TrustPolicy;
import io.velocitydb.protocol.scram.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {

  @TempDir private Path folder;
  private KnownHosts known = new KnownHosts(Path.of("unset"));

  @BeforeEach
  void knownHosts() {
    known = new KnownHosts(folder.resolve("home/known_hosts"));
  }

  private VelocityBuilder clientOf(FakeServer server) {
    return VelocityClient.builder().endpoint(server.endpoint()).knownHosts(known.file());
  }

  private static void connects(VelocityBuilder builder) {
    try (VelocityClient client = builder.build()) {
      assertThat(client.ping()).isPositive();
    }
  }

  @Test
  void aServerOnThisMachineIsKeptWhenFirstMet() throws IOException {
    try (FakeServer server = FakeServer.start()) {
      connects(clientOf(server));
      connects(clientOf(server));

      assertThat(Files.readString(known.file()))
          .isEqualTo("127.0.0.1:" + server.port() + " " + server.fingerprint() + "\n");
      assertThat(Files.getPosixFilePermissions(known.file()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.getPosixFilePermissions(known.file().getParent()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aServerIsNotKeptBeforeItProvedThatItKnowsThePassword() {
    try (FakeServer server = FakeServer.start()) {
      server.faults().wrongSignature(true);
      assertThatThrownBy(() -> connects(clientOf(server))).isInstanceOf(VelocityException.class);
      assertThat(known.find("127.0.0.1", server.port())).isEmpty();
    }
  }

  @Test
  void aChangedKeyIsRefusedAndHowToAcceptItIsSaid() {
    Fingerprint other = TestCertificate.selfSigned().fingerprint();
    try (FakeServer server = FakeServer.start()) {
      known.keep("127.0.0.1", server.port(), Set.of(other));
      assertThatThrownBy(() -> connects(clientOf(server).acceptNewServers(true)))
          .isInstanceOfSatisfying(
              ServerKeyChangedException.class,
              changed -> {
                assertThat(changed.server()).isEqualTo("127.0.0.1:" + server.port());
                assertThat(changed.fingerprint()).isEqualTo(server.fingerprint().toString());
                assertThat(changed.isRetryable()).isFalse();
              })
          .hasMessageContaining("has changed")
          .hasMessageContaining(other.toString())
          .hasMessageContaining(server.fingerprint().toString())
          .hasMessageContaining("remove the line of 127.0.0.1:" + server.port());
      assertThat(known.find("127.0.0.1", server.port())).containsExactly(other);
    }
  }

  @Test
  void aRenewedCertificateWithTheSameKeyIsStillKnown() {
    TestCertificate first = TestCertificate.selfSigned();
    int port;
    try (FakeServer server = FakeServer.builder().certificate(first).start()) {
      port = server.port();
      connects(clientOf(server));
    }
    try (FakeServer server = FakeServer.builder().certificate(first.renewed()).port(port).start()) {
      connects(clientOf(server));
    }
  }

  @Test
  void anAnnouncedKeyIsRememberedAndTheOldOneForgottenAfterwards() {
    TestCertificate first = TestCertificate.selfSigned();
    TestCertificate second = TestCertificate.selfSigned();
    int port;
    try (FakeServer server =
        FakeServer.builder().certificate(first).nextFingerprint(second.fingerprint()).start()) {
      port = server.port();
      connects(clientOf(server));
      assertThat(known.find("127.0.0.1", port))
          .containsExactlyInAnyOrder(first.fingerprint(), second.fingerprint());
    }
    try (FakeServer server = FakeServer.builder().certificate(second).port(port).start()) {
      connects(clientOf(server));
      assertThat(known.find("127.0.0.1", port)).containsExactly(second.fingerprint());
    }
  }

  @Test
  void aPinnedKeyIsDemanded() {
    try (FakeServer server = FakeServer.start()) {
      connects(clientOf(server).fingerprint(server.fingerprint().toString()));
      assertThat(Files.exists(known.file())).isFalse();

      String other = TestCertificate.selfSigned().fingerprint().toString();
      assertThatThrownBy(() -> connects(clientOf(server).fingerprint(other)))
          .isInstanceOf(ServerKeyChangedException.class)
          .hasMessageContaining("not the pinned " + other)
          .hasMessageContaining(server.fingerprint().toString());
    }
  }

  @Test
  void aKeyAnnouncedToAPinningClientIsGoodForItsLife() {
    TestCertificate first = TestCertificate.selfSigned();
    TestCertificate second = TestCertificate.selfSigned();
    FakeServer server =
        FakeServer.builder().certificate(first).nextFingerprint(second.fingerprint()).start();
    try (VelocityClient client =
        clientOf(server).fingerprint(first.fingerprint().toString()).build()) {
      client.set("a", "1");
      int port = server.port();
      server.close();
      server = FakeServer.builder().certificate(second).port(port).start();
      assertThat(client.get("a")).isEmpty();
    } finally {
      server.close();
    }
  }

  @Test
  void anAuthorityVouchesForAServerOfTheRightName() throws IOException {
    TestCertificate authority = TestCertificate.authority();
    Path pem = Files.writeString(folder.resolve("ca.pem"), authority.pem());
    try (FakeServer server =
        FakeServer.builder().certificate(authority.issue("127.0.0.1", "localhost")).start()) {
      connects(clientOf(server).authority(pem));
      String byName = server.endpoint().replace("127.0.0.1", "localhost");
      connects(clientOf(server).endpoint(byName).authority(pem));
      connects(clientOf(server).authority(pem).fingerprint(server.fingerprint().toString()));
      assertThatThrownBy(
              () ->
                  connects(
                      clientOf(server)
                          .authority(pem)
                          .fingerprint(authority.fingerprint().toString())))
          .isInstanceOf(ServerKeyChangedException.class);
    }
  }

  @Test
  void anAuthorityDoesNotVouchForOthers() throws IOException {
    TestCertificate authority = TestCertificate.authority();
    Path pem = Files.writeString(folder.resolve("ca.pem"), authority.pem());
    try (FakeServer elsewhere =
            FakeServer.builder().certificate(authority.issue("db.example")).start();
        FakeServer stranger = FakeServer.start();
        FakeServer expired =
            FakeServer.builder()
                .certificate(
                    authority.issueAt(Instant.now().minus(Duration.ofDays(3)), "127.0.0.1"))
                .start()) {
      for (FakeServer server : new FakeServer[] {elsewhere, stranger, expired}) {
        assertThatThrownBy(() -> connects(clientOf(server).authority(pem)))
            .isInstanceOf(InvalidCertificateException.class)
            .hasMessageContaining("is not accepted")
            .hasMessageContaining(pem.toString());
      }
    }
  }

  @Test
  void aFileThatHoldsNoAuthorityIsSaidSo() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    try (FakeServer server = FakeServer.start()) {
      assertThatThrownBy(() -> connects(clientOf(server).authority(empty)))
          .isInstanceOf(InvalidCertificateException.class)
          .hasMessageContaining("holds no certificate");
      assertThatThrownBy(() -> connects(clientOf(server).authority(folder.resolve("missing"))))
          .isInstanceOf(InvalidCertificateException.class)
          .hasMessageContaining("cannot read the file of authorities");
    }
  }

  @Test
  void anUnknownServerBeyondThisMachineIsRefusedUnlessNewOnesAreAccepted() throws Exception {
    TestCertificate certificate = TestCertificate.selfSigned();
    TrustPolicy policy = TrustPolicy.standard().knownHosts(known);
    ServerCheck refusing =
        new ServerCheck(policy, "db.example", 2005, false, Set.of(), Optional.empty());
    assertThat(TlsHandshakes.succeeds(refusing.engine(), certificate)).isFalse();
    assertThat(refusing.refusal().orElseThrow())
        .isInstanceOfSatisfying(
            UnknownServerException.class,
            unknown -> {
              assertThat(unknown.server()).isEqualTo("db.example:2005");
              assertThat(unknown.fingerprint()).isEqualTo(certificate.fingerprint().toString());
            })
        .hasMessageContaining("is not known here")
        .hasMessageContaining("give this fingerprint");

    ServerCheck accepting =
        new ServerCheck(
            policy.acceptNew(true), "db.example", 2005, false, Set.of(), Optional.empty());
    assertThat(TlsHandshakes.succeeds(accepting.engine(), certificate)).isTrue();
    accepting.remember(Optional.empty());
    assertThat(known.find("DB.example", 2005)).containsExactly(certificate.fingerprint());

    ServerCheck afterwards =
        new ServerCheck(policy, "db.example", 2005, false, Set.of(), Optional.empty());
    SSLEngine engine = afterwards.engine();
    assertThat(TlsHandshakes.succeeds(engine, certificate)).isTrue();
    assertThat(engine.getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(engine.getHandshakeStatus())
        .isEqualTo(SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING);
  }

  @Test
  void aHomeThatCannotBeWrittenIsSaidSo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    try (FakeServer server = FakeServer.start()) {
      assertThatThrownBy(() -> connects(clientOf(server).knownHosts(file.resolve("known_hosts"))))
          .isInstanceOf(VelocityException.class)
          .hasMessageContaining("cannot write")
          .hasMessageContaining("known_hosts");
    }
  }
}
