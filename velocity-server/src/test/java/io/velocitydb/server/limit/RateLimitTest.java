package io.velocitydb.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.resp.RespConnection;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More requests than may be, at a server whose time stands still until a test moves it. */
final class RateLimitTest {
  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong();
  private final CollectorRegistry figures = new CollectorRegistry();

  private TestServer start(String... more) throws Exception {
    Map<String, String> flags = new HashMap<>();
    flags.put("server.resp_bind_address", "127.0.0.1:0");
    flags.put("server.enable_tls", "false");
    flags.put("security.allow_plaintext_auth", "true");
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    TestServer server = TestServer.start(folder, flags, Optional.of(figures));
    // From a second later on, so that buckets made at the start are full.
    now.set(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
    server.nanoTime(now::get);
    return server;
  }

  private void pass(long ms) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  private static RawConnection login(TestServer server, String user) throws Exception {
    return RawConnection.plain(server.address()).login(user, user);
  }

  private static int answered(RawConnection connection, int requests) throws Exception {
    for (int i = 0; i < requests; i++) {
      connection.send(Frames.get("k"));
    }
    int answered = 0;
    for (int i = 0; i < requests; i++) {
      Frame answer = connection.read();
      if (!answer.isError()) {
        answered++;
      } else {
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.RATE_LIMITED);
      }
    }
    return answered;
  }

  private double refused(String limit) {
    return figures.getSampleValue(
        "velocity_rate_limited_total", new String[] {"limit"}, new String[] {limit});
  }

  @Test
  void aUserHasOneLimitOverAllItsConnectionsAndBothProtocols() throws Exception {
    try (TestServer server = start("server.rate_limit_per_second", "10")) {
      server.createUser("ann", Role.READWRITE);
      server.createUser("bob", Role.READWRITE);
      try (RawConnection one = login(server, "ann");
          RawConnection two = login(server, "ann");
          RawConnection other = login(server, "bob");
          RespConnection resp = new RespConnection(server.respAddress()).login("ann")) {
        assertThat(answered(one, 6)).isEqualTo(6);
        assertThat(answered(two, 6)).isEqualTo(4);
        assertThat(resp.call("GET", "k"))
            .isEqualTo(
                "-ERR rate limited: this user may send 10 requests a second; try again in 100 ms\r\n");
        assertThat(answered(other, 10)).isEqualTo(10);

        pass(100);
        assertThat(resp.call("GET", "k")).isEqualTo("$-1\r\n");
        assertThat(answered(one, 1)).isZero();
        assertThat(refused("user")).isEqualTo(4);
        assertThat(refused("address")).isZero();
      }
    }
  }

  @Test
  void theErrorSaysWhenToTryAgain() throws Exception {
    try (TestServer server = start("server.rate_limit_per_second", "2")) {
      server.createUser("ann", Role.READWRITE);
      try (RawConnection connection = login(server, "ann")) {
        assertThat(answered(connection, 2)).isEqualTo(2);
        pass(100);
        ErrorMessage error = connection.call(Frames.get("k")).error();
        assertThat(error.retry()).isEqualTo(Retry.AFTER);
        assertThat(error.retryAfterMs()).isEqualTo(400);
        pass(error.retryAfterMs());
        assertThat(connection.call(Frames.get("k")).isError()).isFalse();
      }
    }
  }

  @Test
  void aUsersOwnLimitGoesBeforeTheServers() throws Exception {
    try (TestServer server = start("server.rate_limit_per_second", "3")) {
      server.createUser("slow", Role.READWRITE, 1);
      server.createUser("fast", Role.READWRITE, 20);
      try (RawConnection slow = login(server, "slow");
          RawConnection fast = login(server, "fast")) {
        assertThat(answered(slow, 5)).isEqualTo(1);
        assertThat(answered(fast, 25)).isEqualTo(20);
      }
    }
  }

  @Test
  void aUsersOwnLimitNeedsNoOtherAndHigherThanCanBeThereIsNone() throws Exception {
    try (TestServer server = start()) {
      server.createUser("slow", Role.READWRITE, 2);
      try (RawConnection slow = login(server, "slow")) {
        assertThat(answered(slow, 5)).isEqualTo(2);
      }
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> server.createUser("over", Role.READWRITE, RateLimits.PER_SECOND_MAX + 1))
          .hasMessageContaining("a rate limit is at most 100000000 requests a second");
    }
  }

  /** Also before anybody is known; and by connecting again nobody gets more. */
  @Test
  void anAddressHasOneLimitOverAllItsConnectionsAndUsers() throws Exception {
    try (TestServer server = start("server.rate_limit_per_address", "10")) {
      server.createUser("ann", Role.READWRITE);
      server.createUser("bob", Role.READWRITE);
      // HELLO and AUTH are two.
      try (RawConnection ann = login(server, "ann");
          RawConnection bob = login(server, "bob")) {
        assertThat(answered(ann, 4)).isEqualTo(4);
        assertThat(answered(bob, 4)).isEqualTo(2);
      }
      try (RawConnection stranger = RawConnection.plain(server.address())) {
        assertThat(stranger.call(RawConnection.hello("ann", "none")).errorCode())
            .isEqualTo(ErrorCode.RATE_LIMITED);
        pass(100);
        assertThat(stranger.call(RawConnection.hello("ann", "none")).isError()).isFalse();
      }
      try (RespConnection resp = new RespConnection(server.respAddress())) {
        assertThat(resp.call("PING"))
            .isEqualTo(
                "-ERR rate limited: this address may send 10 requests a second; try again in 100"
                    + " ms\r\n");
      }
      assertThat(refused("address")).isEqualTo(4);
    }
  }

  @Test
  void aLargeRequestIsCountedOnceAndRefusedBeforeItsBodyComes() throws Exception {
    byte[] large = Frames.set("large", new byte[200_000]);
    String largeResp = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$200000\r\n";
    try (TestServer server = start("server.rate_limit_per_second", "2")) {
      server.createUser("ann", Role.READWRITE);
      server.createUser("bob", Role.READWRITE);
      try (RawConnection connection = login(server, "ann")) {
        assertThat(connection.call(large).isError()).isFalse();
        assertThat(connection.call(large).isError()).isFalse();
        connection.send(java.util.Arrays.copyOf(large, 100));
        assertThat(connection.read().errorCode()).isEqualTo(ErrorCode.RATE_LIMITED);
        connection.send(java.util.Arrays.copyOfRange(large, 100, large.length));
        pass(500);
        assertThat(connection.call(Frames.get("k")).isError()).isFalse();
      }
      try (RespConnection connection = new RespConnection(server.respAddress()).login("bob")) {
        for (int i = 0; i < 2; i++) {
          connection.send(largeResp + "x".repeat(200_000) + "\r\n");
          assertThat(connection.reply()).isEqualTo("+OK\r\n");
        }
        connection.send(largeResp + "x");
        assertThat(connection.reply()).startsWith("-ERR rate limited: this user");
        connection.send("x".repeat(199_999) + "\r\n");
        pass(500);
        assertThat(connection.call("STRLEN", "k")).isEqualTo(":200000\r\n");
      }
    }
  }

  @Test
  void theAdministrationSocketHasNoLimit() throws Exception {
    try (TestServer server =
            start("server.rate_limit_per_second", "1", "server.rate_limit_per_address", "1");
        RawConnection local = server.local()) {
      assertThat(answered(local, 50)).isEqualTo(50);
    }
  }
}
