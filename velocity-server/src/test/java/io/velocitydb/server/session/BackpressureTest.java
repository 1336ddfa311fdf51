package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connection holds in memory is bounded, whatever its client does or leaves. */
final class BackpressureTest {
  @TempDir Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aClientThatNeverReadsIsNotReadFromEither() throws Exception {
    int requests = 300;
    byte[] value = new byte[1 << 20];
    try (RawConnection greedy = server.local();
        RawConnection other = openedAfter(greedy, Frames.set("big", value))) {
      long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
      // In one piece: many small writes would fill the socket and block the test itself.
      byte[][] gets = new byte[requests][];
      java.util.Arrays.fill(gets, Frames.get("big"));
      greedy.send(Frames.join(gets));
      await().until(() -> requestsOfFirst(other) > 1);
      // Others are served meanwhile, and time passes.
      for (int i = 0; i < 300; i++) {
        assertThat(other.call(Frames.ping("fine")).payload()).isEqualTo("fine");
      }
      assertThat(requestsOfFirst(other)).as("executed without being read").isLessThan(20);
      assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
          .isLessThan(64L << 20);

      for (int i = 0; i < requests; i++) {
        assertThat(greedy.read().body().length).isGreaterThan(1 << 20);
      }
    }
  }

  /** Another connection, once the first was answered: so the first is the first of the list. */
  private RawConnection openedAfter(RawConnection first, byte[] request) throws IOException {
    assertThat(first.call(request).isError()).isFalse();
    return server.local();
  }

  private static long requestsOfFirst(RawConnection connection) throws IOException {
    Frame answer = connection.call(Frames.empty(Opcode.CONNECTIONS.number()));
    ConnectionsResponse list = ConnectionsResponse.getRootAsConnectionsResponse(answer.table());
    return list.connections(0).requests();
  }

  /** Memory for large frames is given out before they are read; half-sent ones block nobody. */
  @Test
  void halfSentLargeFramesDoNotKeepOthersFromTheirs() throws Exception {
    List<RawConnection> halves = new ArrayList<>();
    byte[] large = Frames.set("large", new byte[1 << 20]);
    try {
      for (int i = 0; i < 40; i++) {
        RawConnection half = server.local();
        half.send(java.util.Arrays.copyOf(large, 1_000));
        halves.add(half);
      }
      try (RawConnection other = server.local()) {
        assertThat(other.call(Frames.set("small", "x")).isError()).isFalse();
      }
      // Each of the granted ones can be finished, and then those that waited.
      for (RawConnection half : halves) {
        half.send(java.util.Arrays.copyOfRange(large, 1_000, large.length));
        assertThat(half.read().answers(Opcode.SET)).isTrue();
      }
    } finally {
      for (RawConnection half : halves) {
        half.close();
      }
    }
  }

  @Test
  void aConnectionThatEndsInTheMiddleOfItsWritesLeavesNothingBehind() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (RawConnection sudden = server.local()) {
        for (int j = 0; j < 200; j++) {
          sudden.send(Frames.set("k" + j, "v"));
        }
      }
    }
    try (RawConnection other = server.local()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          ConnectionsResponse.getRootAsConnectionsResponse(
                                  other.call(Frames.empty(Opcode.CONNECTIONS.number())).table())
                              .total())
                      .isEqualTo(1));
    }
  }
}
