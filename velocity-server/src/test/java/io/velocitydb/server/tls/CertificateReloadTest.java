package io.velocitydb.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.error.ServerKeyChangedException;
import io.velocitydb.config.ServerFile;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.Fingerprint;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import io.velocitydb.server.wire.TestAuthority;
import io.velocitydb.server.wire.TestAuthority.Issued;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a running server change: seen from outside, through TLS. */
final class CertificateReloadTest {
  private static final KeyPair KEY = SelfSigned.newKey();
  private static final KeyPair ANOTHER_KEY = SelfSigned.newKey();

  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger(CertificateWatch.class.getName());
  private final Handler handler = collecting(log);

  @BeforeEach
  void listen() throws Exception {
    logger.addHandler(handler);
    put("one", KEY, Instant.now());
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  @Test
  void aRenewedCertificateOfTheSameKeyIsShownToNewConnectionsAndTheOldOnesGoOn() throws Exception {
    CollectorRegistry metrics = new CollectorRegistry();
    use("one");
    try (TestServer server = TestServer.start(folder, flags(), Optional.of(metrics))) {
      server.createUser("ann", Role.READWRITE);
      X509Certificate first = shownBy(server.address());
      try (RawConnection old = server.login("ann")) {
        X509Certificate renewed = put("two", KEY, Instant.now().plusSeconds(60));
        // Valid from an hour before: so the expiry tells them apart.
        use("two");
        check(server);

        for (InetSocketAddress listener : List.of(server.address(), server.respAddress())) {
          for (int i = 0; i < 4; i++) {
            assertThat(shownBy(listener)).isEqualTo(renewed).isNotEqualTo(first);
          }
        }
        assertThat(old.call(Frames.set("k", "v")).isError()).isFalse();
        assertThat(old.call(Frames.get("k")).value()).isEqualTo("v");
        // The binding to the certificate is that of the new connection.
        try (RawConnection young = server.login("ann")) {
          assertThat(young.call(Frames.get("k")).value()).isEqualTo("v");
        }
        assertThat(metrics.getSampleValue("velocity_tls_certificate_expiry_timestamp_seconds"))
            .isEqualTo((double) renewed.getNotAfter().toInstant().getEpochSecond());
      }
      assertThat(log)
          .singleElement()
          .asString()
          .startsWith("a new TLS certificate is in use for new connections: " + fingerprint(KEY));
      check(server);
      assertThat(log).as("nothing is new").hasSize(1);
    }
  }

  @Test
  void clientsThatKnowAFingerprintKeepItOverARenewalAndRefuseAnotherKey() throws Exception {
    use("one");
    try (TestServer server = TestServer.start(folder, flags())) {
      server.createUser("ann", Role.READWRITE);
      put("renewed", KEY, Instant.now().plusSeconds(60));
      use("renewed");
      check(server);
      try (VelocityClient client = client(server, fingerprint(KEY))) {
        assertThat(client.get("k")).isEmpty();
      }

      put("other", ANOTHER_KEY, Instant.now());
      use("other");
      check(server);
      try (VelocityClient client = client(server, fingerprint(KEY))) {
        assertThatThrownBy(() -> client.get("k")).isInstanceOf(ServerKeyChangedException.class);
      }
      try (VelocityClient client = client(server, fingerprint(ANOTHER_KEY))) {
        assertThat(client.get("k")).isEmpty();
      }
      assertThat(log.getLast())
          .contains(
              fingerprint(KEY), fingerprint(ANOTHER_KEY), "renew certificates with the same key");
      assertThat(server.fingerprint()).isEqualTo(fingerprint(ANOTHER_KEY));
      assertThat(
              ServerFile.read(ServerFile.pathIn(folder.resolve("data")))
                  .orElseThrow()
                  .fingerprint())
          .as("commands on this machine trust what server.json says")
          .contains(fingerprint(ANOTHER_KEY));
    }
  }

  @Test
  void whatCannotBeUsedIsSaidOnceAndTheOldOneStays() throws Exception {
    use("one");
    try (TestServer server = TestServer.start(folder, flags())) {
      X509Certificate first = shownBy(server.address());
      put("other", ANOTHER_KEY, Instant.now());

      copy("other", "cert.pem");
      refused(server, first, "is not that of the certificate in", "stays in use until");
      Files.writeString(folder.resolve("cert.pem"), "nonsense");
      refused(server, first, "cert.pem holds no", fingerprint(KEY));
      Files.delete(folder.resolve("cert.pem"));
      refused(server, first, "cannot read", "cert.pem");
      put("ended", KEY, Instant.now().minus(Duration.ofDays(4_000)));
      use("ended");
      refused(server, first, "it was valid until", "looked at every 10 s");
      put("early", KEY, Instant.now().plus(Duration.ofDays(3)));
      use("early");
      refused(server, first, "it is not valid before");

      use("one");
      check(server);
      assertThat(log).as("that is in use already").isEmpty();
      use("other");
      check(server);
      assertThat(shownBy(server.address()).getPublicKey()).isEqualTo(ANOTHER_KEY.getPublic());
    }
  }

  private void refused(TestServer server, X509Certificate shown, String... said) throws Exception {
    check(server);
    check(server);
    assertThat(log).singleElement().asString().contains(said);
    assertThat(shownBy(server.address())).isEqualTo(shown);
    log.clear();
  }

  /** As Kubernetes gives secrets: links, of which one is turned round. */
  @Test
  void aLinkThatLeadsElsewhereIsFollowed() throws Exception {
    put("two", KEY, Instant.now().plusSeconds(60));
    Path current = Files.createSymbolicLink(folder.resolve("current"), folder.resolve("one"));
    Map<String, String> flags =
        Map.of(
            "server.tls_cert", current.resolve("cert.pem").toString(),
            "server.tls_key", current.resolve("key.pem").toString());
    try (TestServer server = TestServer.start(folder, flags)) {
      X509Certificate first = shownBy(server.address());
      Path next = Files.createSymbolicLink(folder.resolve("next"), folder.resolve("two"));
      Files.move(next, current, StandardCopyOption.ATOMIC_MOVE);
      check(server);

      assertThat(shownBy(server.address())).isNotEqualTo(first);
    }
  }

  @Test
  void whoVouchesForClientsMayChangeToo() throws Exception {
    TestAuthority before = new TestAuthority("before");
    TestAuthority after = new TestAuthority("after");
    Map<String, String> flags = Map.of("server.tls_client_ca", before.write(folder).toString());
    try (TestServer server = TestServer.start(folder, flags)) {
      server.createUser("ann", Role.READWRITE);
      Issued old = before.issue("CN=ann");
      Issued young = after.issue("CN=ann");
      try (VelocityClient known = client(server, old)) {
        assertThat(known.get("k")).isEmpty();
        Files.writeString(folder.resolve("ca.pem"), "nonsense");
        check(server);
        assertThat(log)
            .singleElement()
            .asString()
            .contains("server.tls_client_ca cannot be used", "ca.pem");
        try (VelocityClient another = client(server, old)) {
          assertThat(another.get("k")).isEmpty();
        }

        after.write(folder);
        check(server);
        try (VelocityClient client = client(server, young)) {
          assertThat(client.get("k")).isEmpty();
        }
        try (VelocityClient client = client(server, old)) {
          assertThatThrownBy(() -> client.get("k")).isInstanceOf(RuntimeException.class);
        }
        assertThat(known.get("k")).as("an open connection goes on").isEmpty();
      }
    }
  }

  private Map<String, String> flags() {
    return Map.of(
        "server.tls_cert", folder.resolve("cert.pem").toString(),
        "server.tls_key", folder.resolve("key.pem").toString(),
        "server.resp_bind_address", "127.0.0.1:0");
  }

  private static void check(TestServer server) {
    server.ticks().get(CertificateWatch.INTERVAL).run();
  }

  /** Puts a certificate and its key into a folder of that name. */
  private X509Certificate put(String name, KeyPair key, Instant when) throws Exception {
    Path to = Files.createDirectories(folder.resolve(name));
    X509Certificate made = SelfSigned.certificate(key.getPublic(), key.getPrivate(), when);
    Files.writeString(to.resolve("cert.pem"), PemFiles.pem("CERTIFICATE", made.getEncoded()));
    Files.writeString(
        to.resolve("key.pem"), PemFiles.pem("PRIVATE KEY", key.getPrivate().getEncoded()));
    return made;
  }

  /** Copies both to where the server looks. */
  private void use(String name) throws Exception {
    copy(name, "cert.pem");
    copy(name, "key.pem");
  }

  private void copy(String name, String file) throws Exception {
    Files.copy(
        folder.resolve(name).resolve(file),
        folder.resolve(file),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static X509Certificate shownBy(InetSocketAddress address) throws Exception {
    try (SSLSocket socket = RawConnection.tlsSocket(address, "TLSv1.3")) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static VelocityClient client(TestServer server, String fingerprint) {
    return VelocityClient.builder()
        .endpoint("vdb://127.0.0.1:" + server.address().getPort())
        .fingerprint(fingerprint)
        .user("ann")
        .password("ann")
        .build();
  }

  private VelocityClient client(TestServer server, Issued certificate) throws Exception {
    return VelocityClient.builder()
        .endpoint("vdb://127.0.0.1:" + server.address().getPort())
        .fingerprint(server.fingerprint())
        .clientCertificate(certificate.writeCertificate(folder), certificate.writeKey(folder))
        .build();
  }

  private static String fingerprint(KeyPair key) {
    return Fingerprint.of(key.getPublic()).toString();
  }

  private static Handler collecting(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        lines.add(
            line.getParameters() == null || line.getParameters().length == 0
                ? line.getMessage()
                : String.format(line.getMessage(), line.getParameters()));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
