package io.velocitydb.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.connection.Session;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.InvalidCredentialsException;
import io.velocitydb.client.error.NoDatabaseException;
import io.velocitydb.client.error.ServerProofException;
import io.velocitydb.client.error.UnauthenticatedException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.Token;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

  @TempDir private Path home;

  private VelocityBuilder clientOf(FakeServer server) {
    return clientOf(server.endpoint());
  }

  private VelocityBuilder clientOf(String endpoint) {
    return VelocityClient.builder().endpoint(endpoint).knownHosts(home.resolve("known_hosts"));
  }

  private static Session connect(VelocityBuilder builder) {
    try (VelocityClient client = builder.build()) {
      return client.connect();
    }
  }

  @Test
  void theServerTellsWhatItIsAndWhatItAllows() {
    try (FakeServer server = FakeServer.start()) {
      Session session = connect(clientOf(server));
      assertThat(session.role()).contains(Role.ADMIN);
      assertThat(session.serverVersion()).isEqualTo("fake");
      assertThat(session.clusterId()).isEqualTo("fake-cluster");
      assertThat(session.database()).isEqualTo("default");
      assertThat(session.limits()).isEqualTo(Limits.DEFAULT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {AuthMessage.BINDING_CERTIFICATE, AuthMessage.BINDING_EXPORTER})
  void theLoginIsBoundToTheConnection(String binding) {
    try (FakeServer server = FakeServer.builder().bindings(binding).start()) {
      assertThat(connect(clientOf(server)).role()).contains(Role.ADMIN);
    }
  }

  @Test
  void noBindingIsRefusedOverTls() {
    try (FakeServer server = FakeServer.builder().bindings(AuthMessage.BINDING_NONE).start()) {
      assertThatThrownBy(() -> connect(clientOf(server)))
          .isInstanceOf(ServerProofException.class)
          .hasMessageContaining("the channel binding \"none\" was not offered");
    }
  }

  @Test
  void aServerThatDoesNotKnowThePasswordIsRefused() {
    try (FakeServer server = FakeServer.start()) {
      server.faults().wrongSignature(true);
      assertThatThrownBy(() -> connect(clientOf(server)))
          .isInstanceOfSatisfying(
              ServerProofException.class,
              error -> {
                assertThat(error.isRetryable()).isFalse();
                assertThat(error.maybeApplied()).isFalse();
              })
          .hasMessageContaining("did not prove that it knows the password");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "19455,2,1",
    "262145,2,1",
    "19456,1,1",
    "19456,11,1",
    "19456,2,0",
    "19456,2,5",
    "-1,2,1"
  })
  void parametersThatAreTooWeakOrTooCostlyAreRefused(
      int memoryKib, int iterations, int parallelism) {
    try (FakeServer server =
        FakeServer.builder().argon2(memoryKib, iterations, parallelism).start()) {
      assertThatThrownBy(() -> connect(clientOf(server)))
          .isInstanceOf(ServerProofException.class)
          .hasMessageContaining("Argon2id parameters");
    }
  }

  @Test
  void strongerParametersAreAccepted() {
    try (FakeServer server = FakeServer.builder().argon2(20_000, 3, 2).start()) {
      assertThat(connect(clientOf(server)).role()).contains(Role.ADMIN);
    }
  }

  @ParameterizedTest
  @CsvSource({"user,wrong", "nobody,password"})
  void wrongCredentialsAreRefused(String user, String password) {
    try (FakeServer server = FakeServer.start()) {
      assertThatThrownBy(() -> connect(clientOf(server).user(user).password(password)))
          .isInstanceOfSatisfying(
              InvalidCredentialsException.class, error -> assertThat(error.isRetryable()).isFalse())
          .hasMessageContaining("wrong user or password");
    }
  }

  @Test
  void aTokenServesInPlaceOfUserAndPassword() {
    Token token = Token.of(new byte[8], new byte[32]);
    Token sameId = Token.of(new byte[8], "12345678901234567890123456789012".getBytes(US_ASCII));
    try (FakeServer server = FakeServer.builder().token(token.format()).start()) {
      String bare = "vdb://127.0.0.1:" + server.port();
      assertThat(connect(clientOf(bare).token(token.format())).role()).contains(Role.ADMIN);
      assertThatThrownBy(() -> connect(clientOf(bare).token(sameId.format())))
          .isInstanceOf(InvalidCredentialsException.class);
    }
  }

  @Test
  void missingCredentialsAreToldBeforeAnythingIsSent() {
    try (FakeServer server = FakeServer.start()) {
      String bare = "vdb://127.0.0.1:" + server.port();
      assertThatThrownBy(() -> connect(clientOf(bare)))
          .isInstanceOf(UnauthenticatedException.class)
          .hasMessageContaining("no user was given");
      assertThatThrownBy(() -> connect(clientOf(bare).user("user")))
          .isInstanceOf(UnauthenticatedException.class)
          .hasMessageContaining("no password was given for the user user");
    }
  }

  @Test
  void theDatabaseOfTheAddressIsSelected() {
    try (FakeServer server = FakeServer.start()) {
      server.createDatabase("orders");
      try (VelocityClient client = clientOf(server.endpoint() + "/orders").build()) {
        assertThat(client.connect().database()).isEqualTo("orders");
        assertThat(client.database()).isEqualTo("orders");
      }
      try (VelocityClient client = clientOf(server.endpoint() + "/missing").build()) {
        assertThat(client.connect().database()).isEmpty();
        assertThatThrownBy(() -> client.get("a")).isInstanceOf(NoDatabaseException.class);
      }
    }
  }

  @Test
  void aClientReconnectsAsOftenAsItMust() {
    try (FakeServer server = FakeServer.start();
        VelocityClient client = clientOf(server).build()) {
      client.set("a", "1");
      for (int i = 0; i < 20; i++) {
        server.dropConnections();
        assertThat(client.getText("a")).contains("1");
      }
      assertThat(client.metrics().connectionsOpened()).isEqualTo(21);
    }
  }

  @Test
  void aServerThatFallsSilentInTheHandshakeIsGivenUpInTime() throws InterruptedException {
    ManualTime time = new ManualTime();
    try (FakeServer server = FakeServer.builder().plaintext().start();
        VelocityClient client = clientOf(server).scheduler(time).build()) {
      server.faults().silentHandshake(true);
      CompletableFuture<?> write = client.async().set("a", "1").orTimeout(20, TimeUnit.SECONDS);
      server.awaitAccepted(1);
      time.awaitTaskIn(Duration.ofSeconds(5));
      // The request's own deadline comes first: it has been running for as long.
      time.advance(Duration.ofSeconds(5));
      assertThatThrownBy(write::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              ConnectionFailedException.class, error -> assertThat(error.maybeApplied()).isFalse());
    }
  }

  @Test
  void garbageInTheHandshakeIsNotTakenForAnything() {
    try (FakeServer server = FakeServer.start()) {
      server.faults().garbageNext();
      assertThatThrownBy(() -> connect(clientOf(server)))
          .isInstanceOf(VelocityException.class)
          .hasMessageContaining("not V-Proto");
    }
  }

  @Test
  void aPlaintextServerIsToldFromATlsOne() {
    try (FakeServer plain = FakeServer.builder().plaintext().start();
        FakeServer tls = FakeServer.start()) {
      assertThatThrownBy(() -> connect(clientOf("vdb://user:password@127.0.0.1:" + plain.port())))
          .isInstanceOf(ConnectionFailedException.class)
          .hasMessageContaining("TLS");
      assertThatThrownBy(
              () -> connect(clientOf("vdb+plain://user:password@127.0.0.1:" + tls.port())))
          .isInstanceOf(VelocityException.class)
          .hasMessageContaining("127.0.0.1:" + tls.port());
    }
  }

  @Test
  void theNextHostIsTriedWhenOneDoesNotAnswer() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (FakeServer server = FakeServer.start()) {
      String hosts = "vdb://user:password@127.0.0.1:" + free + ",127.0.0.1:" + server.port();
      assertThat(connect(clientOf(hosts)).role()).contains(Role.ADMIN);
    }
  }

  @Test
  void aHostThatDoesNotExistIsSaidSo() {
    assertThatThrownBy(() -> connect(clientOf("vdb://user:password@no-such-host.invalid")))
        .isInstanceOf(ConnectionFailedException.class)
        .hasMessageContaining("no host of the name of no-such-host.invalid:2005 is known");
  }
}
