package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GET of an entry in memory makes next to no garbage on its event loop. */
final class GetAllocationTest {
  private static final int DEPTH = 64;
  private static final int ROUNDS = 500;

  /** What a flush costs, shared by the {@link #DEPTH} replies that it carries. */
  private static final long BYTES_PER_GET_MAX = 24;

  @TempDir Path folder;

  @Test
  void aGetAllocatesNextToNothing() throws Exception {
    try (TestServer server = TestServer.start(folder, Map.of());
        RawConnection connection = server.local()) {
      measure(connection);
    }
  }

  /** The administration socket has no limits, and TLS has garbage of its own. */
  @Test
  void limitsOfUsersAndAddressesAddNothing() throws Exception {
    Map<String, String> flags =
        Map.of(
            "server.enable_tls", "false",
            "security.allow_plaintext_auth", "true",
            "server.rate_limit_per_second", "100000000",
            "server.rate_limit_per_address", "100000000");
    try (TestServer server = TestServer.start(folder, flags)) {
      server.createUser("ann", Role.READWRITE);
      try (RawConnection connection = RawConnection.plain(server.address()).login("ann", "ann")) {
        measure(connection);
      }
    }
  }

  private static void measure(RawConnection connection) throws Exception {
    connection.call(Frames.set("key", "v".repeat(100)));
    byte[][] gets = new byte[DEPTH][];
    java.util.Arrays.fill(gets, Frames.get("key"));
    byte[] requests = Frames.join(gets);
    run(connection, requests, ROUNDS);

    long before = TestServer.bytesAllocatedByLoops();
    run(connection, requests, ROUNDS);
    long perGet = (TestServer.bytesAllocatedByLoops() - before) / ((long) ROUNDS * DEPTH);

    System.out.println("heap bytes per GET on the event loop: " + perGet);
    assertThat(perGet).isLessThanOrEqualTo(BYTES_PER_GET_MAX);
  }

  private static void run(RawConnection connection, byte[] requests, int rounds) throws Exception {
    for (int i = 0; i < rounds; i++) {
      connection.send(requests);
      for (int j = 0; j < DEPTH; j++) {
        assertThat(connection.read().isError()).isFalse();
      }
    }
  }
}
