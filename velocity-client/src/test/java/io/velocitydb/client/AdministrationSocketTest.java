package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.client.testing.FakeServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The administration socket selects no database by itself, so the client does. */
final class AdministrationSocketTest {
  @TempDir private Path folder;

  @Test
  void theDefaultDatabaseIsSelectedBeforeTheFirstCommand() {
    Path socket = folder.resolve("admin.sock");
    try (FakeServer server = FakeServer.builder().adminSocket(socket).start();
        VelocityClient client = VelocityClient.builder().adminSocket(socket).build()) {
      client.set("key", "value");
      assertThat(server.received()).containsExactly("USE", "SET");
    }
  }
}
