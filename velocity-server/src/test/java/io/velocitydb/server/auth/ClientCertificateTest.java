package io.velocitydb.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.VelocityBuilder;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.error.InvalidCertificateException;
import io.velocitydb.client.error.InvalidCredentialsException;
import io.velocitydb.client.error.SessionExpiredException;
import io.velocitydb.client.error.UnsupportedException;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AuthResponse;
import io.velocitydb.protocol.fbs.HelloRequest;
import io.velocitydb.protocol.fbs.HelloResponse;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import io.velocitydb.server.wire.TestAuthority;
import io.velocitydb.server.wire.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that come with a certificate: who they are, and who is let in nevertheless. */
final class ClientCertificateTest {
  private static final TestAuthority AUTHORITY = new TestAuthority("clients");

  @TempDir static Path folder;
  @TempDir Path files;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder, Map.of("server.tls_client_ca", AUTHORITY.write(folder).toString()));
    server.createUser("anna", Role.READONLY);
    server.createUser("root", Role.ADMIN);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private VelocityBuilder client(Issued certificate) throws IOException {
    return client(server)
        .clientCertificate(certificate.writeCertificate(files), certificate.writeKey(files));
  }

  private static VelocityBuilder client(TestServer at) {
    return VelocityClient.builder()
        .endpoint("vdb://127.0.0.1:" + at.address().getPort())
        .fingerprint(at.fingerprint());
  }

  @Test
  void theCommonNameIsTheUser() throws Exception {
    try (VelocityClient client = client(AUTHORITY.issue("CN=anna,O=Example")).build()) {
      assertThat(client.connect().role()).contains(Role.READONLY);
      assertThat(client.get("k")).isEmpty();
    }
    try (VelocityClient client = client(AUTHORITY.issue("CN=anna")).user("anna").build()) {
      assertThat(client.connect().role()).contains(Role.READONLY);
    }
  }

  @Test
  void theHandshakeHasNeitherProofNorSignature() throws Exception {
    try (RawConnection connection = connect(AUTHORITY.issue("CN=anna"))) {
      HelloResponse hello =
          HelloResponse.getRootAsHelloResponse(connection.call(external("")).table());
      assertThat(hello.mechanism()).isEqualTo(AuthMessage.EXTERNAL);
      assertThat(hello.saltLength()).isZero();
      Frame answer = connection.call(RawConnection.auth(new byte[0]));
      assertThat(answer.answers(Opcode.AUTH)).as(answer.toString()).isTrue();
      AuthResponse auth = AuthResponse.getRootAsAuthResponse(answer.table());
      assertThat(auth.serverSignatureLength()).isZero();
      assertThat(auth.role()).isEqualTo(Role.READONLY.number());
    }
  }

  @Test
  void whoHasNoneMayLogInByPasswordOrToken() throws Exception {
    Token token = server.createToken("app", Role.READONLY, 0);
    try (RawConnection byPassword = server.tls();
        RawConnection byToken = server.tls()) {
      assertThat(byPassword.tryLogin("anna", "anna").answers(Opcode.AUTH)).isTrue();
      assertThat(byToken.tryToken(token).answers(Opcode.AUTH)).isTrue();
    }
    try (VelocityClient client =
        client(AUTHORITY.issue("CN=anna")).user("root").password("root").build()) {
      assertThat(client.connect().role()).as("a password goes before").contains(Role.ADMIN);
    }
  }

  @Test
  void aNameWithoutAUserGetsTheAnswerOfAWrongPassword() throws Exception {
    try (VelocityClient client = client(AUTHORITY.issue("CN=nobody")).build()) {
      assertThatThrownBy(client::connect).isInstanceOf(InvalidCredentialsException.class);
    }
    try (RawConnection connection = connect(AUTHORITY.issue("CN=nobody"));
        RawConnection wrong = server.tls()) {
      connection.call(external(""));
      assertThat(connection.call(RawConnection.auth(new byte[0])).error())
          .isEqualTo(wrong.tryLogin("anna", "wrong").error());
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @Test
  void nobodyIsAnotherThanItsCertificateSays() throws Exception {
    try (RawConnection other = connect(AUTHORITY.issue("CN=anna"));
        RawConnection proof = connect(AUTHORITY.issue("CN=anna"));
        RawConnection none = server.tls();
        RawConnection two = connect(AUTHORITY.issue("CN=anna,CN=root"));
        RawConnection unnamed = connect(AUTHORITY.issue("O=root"))) {
      assertThat(other.call(external("root")).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(none.call(external("")).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(none.call(external("anna")).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(two.call(external("")).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(unnamed.call(external("")).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
      proof.call(external(""));
      assertThat(proof.call(RawConnection.auth(new byte[32])).errorCode())
          .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
  }

  @Test
  void aCertificateOfOthersOrOutOfTimeOrForServersIsRefused() throws Exception {
    Instant yesterday = Instant.now().minusSeconds(86_400);
    Instant tomorrow = Instant.now().plusSeconds(86_400);
    List<Issued> bad =
        List.of(
            new TestAuthority("others").issue("CN=root"),
            new TestAuthority("clients").issue("CN=root"),
            AUTHORITY.issue("CN=root", yesterday, KeyPurposeId.id_kp_clientAuth),
            AUTHORITY.issue("CN=root", tomorrow, KeyPurposeId.id_kp_serverAuth));
    for (Issued certificate : bad) {
      assertThatThrownBy(
              () -> {
                try (RawConnection connection = connect(certificate)) {
                  connection.call(external(""));
                }
              })
          .as(certificate.certificate().toString())
          .isInstanceOf(IOException.class);
    }
    try (RawConnection good = connect(AUTHORITY.issue("CN=root"))) {
      assertThat(good.call(external("")).answers(Opcode.HELLO)).isTrue();
    }
  }

  @Test
  void aDroppedUserIsRefusedFromTheNextRequestOn() throws Exception {
    server.createUser("brief", Role.READONLY);
    try (VelocityClient client = client(AUTHORITY.issue("CN=brief")).build()) {
      assertThat(client.get("k")).isEmpty();
      server.administer(
          Frames.of(
              Opcode.USER_DROP,
              (message, table) -> message.putString(table, UserDropRequest.NAME, "brief")));
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(SessionExpiredException.class);
    }
  }

  @Test
  void aServerWithoutAuthorityAsksForNoneAndSaysSo(@TempDir Path other) throws Exception {
    Issued certificate = AUTHORITY.issue("CN=anna");
    try (TestServer plain = TestServer.start(other);
        VelocityClient client =
            client(plain)
                .clientCertificate(certificate.writeCertificate(files), certificate.writeKey(files))
                .build()) {
      plain.createUser("anna", Role.ADMIN);
      assertThatThrownBy(client::connect)
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining(AuthMessage.EXTERNAL);
    }
  }

  @Test
  void filesThatAreNoneAreNamed(@TempDir Path other) throws Exception {
    Path text = Files.writeString(files.resolve("text.pem"), "hello");
    assertThatThrownBy(
            () -> TestServer.start(other, Map.of("server.tls_client_ca", text.toString())))
        .hasMessageContaining("server.tls_client_ca: ")
        .hasMessageContaining("text.pem holds no");
    Issued certificate = AUTHORITY.issue("CN=anna");
    Path chain = certificate.writeCertificate(files);
    Path key = certificate.writeKey(files);
    Path otherKey = AUTHORITY.issue("CN=anna").writeKey(Files.createDirectory(files.resolve("o")));
    for (Path[] pair : new Path[][] {{text, key}, {chain, text}, {chain, otherKey}}) {
      try (VelocityClient client = client(server).clientCertificate(pair[0], pair[1]).build()) {
        assertThatThrownBy(client::connect)
            .isInstanceOf(InvalidCertificateException.class)
            .hasMessageContaining("the client's certificate: ");
      }
    }
  }

  @Test
  void aCertificateIsShownOverTlsOnly() {
    assertThatThrownBy(
            () ->
                VelocityClient.builder()
                    .endpoint("vdb+plain://127.0.0.1:1")
                    .clientCertificate(Path.of("c"), Path.of("k"))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("over TLS only");
  }

  private static RawConnection connect(Issued certificate) throws IOException {
    return RawConnection.tls(server.address(), certificate.shownToEverybody());
  }

  private static byte[] external(String user) {
    return RawConnection.hello(
        List.of(AuthMessage.EXTERNAL),
        (message, table) -> {
          if (!user.isEmpty()) {
            message.putString(table, HelloRequest.USER, user);
          }
        },
        AuthMessage.BINDING_CERTIFICATE);
  }
}
