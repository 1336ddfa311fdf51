package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A GET over RESP of an entry in memory makes next to no garbage on its event loop, limits and all.
 */
final class RespAllocationTest {
  private static final int DEPTH = 64;
  private static final int ROUNDS = 500;

  /** What a flush costs, shared by the {@link #DEPTH} replies that it carries. */
  private static final long BYTES_PER_GET_MAX = 24;

  @TempDir Path folder;

  @Test
  void aGetAllocatesNextToNothing() throws Exception {
    Map<String, String> flags =
        Map.of(
            "server.enable_tls", "false",
            "security.allow_plaintext_auth", "true",
            "server.resp_bind_address", "127.0.0.1:0",
            "server.rate_limit_per_second", "100000000",
            "server.rate_limit_per_address", "100000000");
    try (TestServer server = TestServer.start(folder, flags)) {
      server.createUser("ann", Role.READWRITE);
      try (RespConnection connection = new RespConnection(server.respAddress()).login("ann")) {
        connection.call("SET", "key", "v".repeat(100));
        String request =
            new String(
                RespConnection.request("GET", "key"), java.nio.charset.StandardCharsets.US_ASCII);
        String requests = request.repeat(DEPTH);
        run(connection, requests);

        long before = TestServer.bytesAllocatedByLoops();
        run(connection, requests);
        long perGet = (TestServer.bytesAllocatedByLoops() - before) / ((long) ROUNDS * DEPTH);

        System.out.println("heap bytes per GET over RESP on the event loop: " + perGet);
        assertThat(perGet).isLessThanOrEqualTo(BYTES_PER_GET_MAX);
      }
    }
  }

  private static void run(RespConnection connection, String requests) throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      connection.send(requests);
      for (int j = 0; j < DEPTH; j++) {
        assertThat(connection.reply()).startsWith("$100\r\nv");
      }
    }
  }
}
