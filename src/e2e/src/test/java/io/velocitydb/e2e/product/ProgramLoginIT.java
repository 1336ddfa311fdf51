package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.client.testing.TestCertificate;
import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that come with a token or a certificate in the place of a password. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class ProgramLoginIT {

  /** The common name of every {@link TestCertificate} that is none of an authority. */
  private static final String CERTIFIED = "velocity-test";

  @TempDir static Path base;
  private static final TestCertificate AUTHORITY = TestCertificate.authority();
  private static Velocity velocity;
  private static RunningServer server;

  @BeforeAll
  static void startTheServer() throws IOException {
    Path authority = Files.writeString(base.resolve("clients.pem"), AUTHORITY.pem());
    velocity = Velocity.freshUser(base).with("VELOCITY_SERVER_TLS_CLIENT_CA", authority.toString());
    start();
  }

  private static void start() {
    server =
        velocity.startServer(
            "data", "db", "server", "--bind", "127.0.0.1:0", "--data-dir", "./data");
  }

  @AfterAll
  static void stopTheServer() {
    server.close();
  }

  @Test
  void aTokenLetsAProgramInUntilItIsDroppedAlsoAfterACrash() throws IOException {
    Command.Result made =
        velocity
            .run("admin", "create-token", "--name", "shop", "--scope", "default:shop/")
            .mustSucceed();
    String token = made.out().strip();
    assertThat(token).matches("vdb_[A-Za-z0-9_-]{54}");
    assertThat(made.err()).contains("shown this once").doesNotContain(token);

    Velocity shop = velocity.with("VDB_TOKEN", token);
    run(shop, "set", "shop/k", "v").mustSucceed();
    run(shop, "set", "other", "v").mustEndWith(5);

    server.kill();
    start();
    assertThat(run(shop, "get", "shop/k").mustSucceed().out()).isEqualTo("v\n");
    assertThat(velocity.run("--token", token, "get", "other").exitCode())
        .as("not as the owner of the folder")
        .isEqualTo(5);
    assertThat(velocity.run("admin", "list-tokens").mustSucceed().out())
        .contains("shop", "default:shop/*", "never")
        .doesNotContain(token.substring(20));

    velocity.run("admin", "drop-token", "--name", "shop").mustSucceed();
    Command.Result refused = run(shop, "get", "shop/k").mustEndWith(5);
    assertThat(refused.errorLines()).singleElement().asString().contains("was dropped");
    assertThat(server.log()).doesNotContain(token.substring(20));
  }

  @Test
  void aCertificateLetsInTheUserOfItsName() throws IOException {
    velocity
        .with("VELOCITY_PASSWORD", "not needed here")
        .run("admin", "create-user", "--username", CERTIFIED, "--role", "readonly")
        .mustSucceed();
    TestCertificate own = AUTHORITY.issue("client.example");
    String certificate = Files.writeString(base.resolve("own.pem"), own.pem()).toString();
    String key = Files.writeString(base.resolve("own-key.pem"), pem(own)).toString();

    assertThat(
            run(velocity, "get", "k", "--cert", certificate, "--cert-key", key)
                .mustEndWith(3)
                .errorLines())
        .as("in, but there is no such key")
        .hasSize(1);
    run(velocity, "set", "k", "v", "--cert", certificate, "--cert-key", key).mustEndWith(5);
  }

  private static Command.Result run(Velocity as, String... arguments) {
    return as.with("VELOCITY_URL", "vdb://" + server.address()).run(arguments);
  }

  private static String pem(TestCertificate certificate) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(certificate.key().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
