package io.velocitydb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.config.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacingTest {
  private static final long TICK = TimeUnit.MICROSECONDS.toNanos(100);

  @Test
  void groupsAreDueAtTheEndOfTheirTickAndNeverEarly() {
    double nanosPerGroup = 1e9 / 33_333;
    for (long n = 0; n < 10_000; n++) {
      long due = Pacer.dueNanos(n, nanosPerGroup);
      assertThat(due % TICK).isZero();
      assertThat(due - n * nanosPerGroup).isBetween(-1.0, (double) TICK);
    }
  }

  /** Answers nothing until it has everything: so a server looks that hangs. */
  private static void answerInTheEnd(ServerSocket listener, int requests, int requestBytes)
      throws IOException {
    try (Socket socket = listener.accept()) {
      InputStream in = socket.getInputStream();
      in.readNBytes(requests * requestBytes);
      socket
          .getOutputStream()
          .write("+OK\r\n".repeat(requests).getBytes(StandardCharsets.US_ASCII));
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  @Test
  void aServerThatHangsCostsEveryRequestThatWasDueMeanwhile() throws Exception {
    int requests = 300;
    Workload workload = new Workload(Command.SET, 1_000, 10, 1, 1);
    int bytes = RequestTemplate.of(Protocol.RESP, Command.SET, 10).length();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LoadGenerator generator =
            LoadGenerator.withoutLogin(
                new HostPort("127.0.0.1", listener.getLocalPort()), Protocol.RESP, false)) {
      CompletableFuture<Void> server =
          CompletableFuture.runAsync(
              () -> {
                try {
                  answerInTheEnd(listener, requests, bytes);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      LoadResult result;
      try (LoadSession session = generator.open(workload)) {
        result = session.paced(1_000, Duration.ofMillis(requests));
      }
      server.join();
      assertThat(result.operations()).isEqualTo(requests);
      // Due 1 ms apart and answered together at 299 ms or later: a client that waited for each
      // reply would have seen a single slow one.
      assertThat(result.latencyMillis(100)).isGreaterThan(295);
      assertThat(result.latencyMillis(50)).isGreaterThan(140);
      assertThat(result.latencyMillis(10)).isGreaterThan(25);
    }
  }
}
