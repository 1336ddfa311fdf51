package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.velocitydb.client.command.Entry;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.ProtocolErrorException;
import io.velocitydb.client.error.RateLimitedException;
import io.velocitydb.client.error.ServerOverloadedException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconnectingTest {

  private FakeServer server = FakeServer.builder().plaintext().start();
  private final ManualTime time = new ManualTime();
  private VelocityClient client =
      VelocityClient.builder()
          .endpoint(server.endpoint())
          .scheduler(time)
          .random(new LargestRandom())
          .build();

  @AfterEach
  void close() {
    server.faults().releaseAll();
    client.close();
    server.close();
  }

  /** A write that is sent before the loss was noticed would end with an unknown outcome. */
  private void closeServerAndAwaitLoss() {
    server.close();
    await().until(() -> client.metrics().connectionsLost() == 1);
  }

  private static <R> R get(CompletableFuture<R> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static VelocityException errorOf(CompletableFuture<?> future) {
    try {
      Object value = get(future);
      throw new AssertionError("an error was expected, not " + value);
    } catch (CompletionException e) {
      return (VelocityException) e.getCause();
    }
  }

  @Test
  void aReadWhoseConnectionWasLostIsMadeAgain() throws InterruptedException {
    client.set("a", "1");
    server.faults().dropAfter(1);
    CompletableFuture<Optional<Entry>> read = client.async().get("a");
    time.advanceToTaskIn(Duration.ofMillis(50));

    assertThat(get(read).map(Entry::text)).contains("1");
    assertThat(server.received()).containsExactly("SET", "GET", "GET");
    assertThat(client.metrics().repeats()).isEqualTo(1);
    assertThat(client.metrics().connectionsOpened()).isEqualTo(2);
  }

  @Test
  void aWriteWhoseConnectionWasLostEndsWithAnUnknownOutcomeAndIsNotMadeAgain() {
    client.set("n", "0");
    server.faults().dropAfter(1);
    VelocityException lost = errorOf(client.async().incr("n", 1));

    assertThat(lost).isInstanceOf(ConnectionLostException.class);
    assertThat(lost.maybeApplied()).isTrue();
    assertThat(server.received()).containsExactly("SET", "INCR");
  }

  @Test
  void whatWasPipelinedBehindALostRequestKeepsItsMeaning() throws InterruptedException {
    client.set("n", "0");
    server.faults().holdReplies();
    server.faults().dropAfter(3);
    CompletableFuture<?> write = client.async().incr("n", 1);
    CompletableFuture<Optional<Entry>> read = client.async().get("n");
    CompletableFuture<?> another = client.async().incr("n", 1);
    server.awaitReceived(4);
    server.faults().releaseAll();
    time.advanceToTaskIn(Duration.ofMillis(50));

    assertThat(errorOf(write).maybeApplied()).isTrue();
    assertThat(errorOf(another).maybeApplied()).isTrue();
    assertThat(get(read).map(Entry::text)).contains("2");
  }

  @Test
  void aClientThatNeverReachedItsServerFailsAtOnce() {
    int port = server.port();
    server.close();
    assertThatThrownBy(() -> client.set("a", "1"))
        .isInstanceOfSatisfying(
            ConnectionFailedException.class,
            failed -> {
              assertThat(failed.maybeApplied()).isFalse();
              assertThat(failed.isRetryable()).isTrue();
            })
        .hasMessageContaining("cannot connect to 127.0.0.1:" + port)
        .hasMessageContaining("is the server running?");
  }

  @Test
  void requestsWaitForALostServerAndPausesGrowToTwoSeconds() throws InterruptedException {
    client.set("a", "1");
    int port = server.port();
    closeServerAndAwaitLoss();
    CompletableFuture<?> write = client.async().set("a", "2");
    long waited = 0;
    for (int pause : List.of(50, 100, 200, 400, 800, 1_600)) {
      time.advanceToTaskIn(Duration.ofMillis(pause));
      waited += pause;
    }
    time.awaitTaskIn(Duration.ofSeconds(2));
    assertThat(write).isNotDone();
    time.advanceToTaskIn(Duration.ofMillis(5_000 - waited));
    VelocityException failed = errorOf(write);
    assertThat(failed)
        .isInstanceOf(ConnectionFailedException.class)
        .hasMessageContaining("no connection to 127.0.0.1:" + port + " within 5s");
    assertThat(failed.maybeApplied()).isFalse();
  }

  @Test
  void aServerThatComesBackInTimeAnswersWhatHasWaited() throws InterruptedException {
    client.set("a", "1");
    int port = server.port();
    closeServerAndAwaitLoss();
    CompletableFuture<?> write = client.async().set("a", "2");
    time.advanceToTaskIn(Duration.ofMillis(50));
    time.advanceToTaskIn(Duration.ofMillis(100));
    // The second attempt has failed; before that, it could still reach the server that comes back.
    time.awaitTaskIn(Duration.ofMillis(200));
    server = FakeServer.builder().plaintext().port(port).start();
    time.advanceToTaskIn(Duration.ofMillis(200));

    get(write);
    assertThat(server.received()).containsExactly("SET");
    server.faults().dropAfter(1);
    CompletableFuture<?> read = client.async().get("a");
    time.advanceToTaskIn(Duration.ofMillis(50));
    assertThat(get(read)).isEqualTo(client.get("a"));
  }

  @Test
  void aServerThatAcceptsAndHangsUpIsNotAskedWithoutEnd() throws InterruptedException {
    client.set("a", "1");
    server.faults().refuseConnections(true);
    server.dropConnections();
    CompletableFuture<?> read = client.async().get("a");
    time.advanceToTaskIn(Duration.ofMillis(50));
    time.advanceToTaskIn(Duration.ofMillis(100));
    time.advanceToTaskIn(Duration.ofMillis(200));
    server.awaitAccepted(4);
    server.faults().refuseConnections(false);
    time.advanceToTaskIn(Duration.ofMillis(400));
    assertThat(get(read)).isEqualTo(client.get("a"));
    assertThat(server.connectionsAccepted()).isEqualTo(5);
  }

  @Test
  void aRefusedReadIsMadeAgainAfterTheTimeTheServerNames() throws InterruptedException {
    client.set("a", "1");
    server.faults().refuseNext(ErrorCode.RATE_LIMITED, Outcome.NOT_APPLIED, Duration.ofMillis(700));
    CompletableFuture<Optional<Entry>> read = client.async().get("a");
    time.advanceToTaskIn(Duration.ofMillis(700));
    assertThat(get(read).map(Entry::text)).contains("1");
    assertThat(server.received()).containsExactly("SET", "GET", "GET");
  }

  @Test
  void aRefusalThatLeavesNoTimeIsTheAnswer() {
    server.faults().refuseNext(ErrorCode.RATE_LIMITED, Outcome.NOT_APPLIED, Duration.ofSeconds(6));
    assertThatThrownBy(() -> client.get("a"))
        .isInstanceOfSatisfying(
            RateLimitedException.class,
            limited -> assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(6)));
  }

  @Test
  void aRefusedWriteIsMadeAgainOnlyWhenItsCallerWaitsForIt() throws InterruptedException {
    client.connect();
    server.faults().refuseNext(ErrorCode.SERVER_OVERLOADED, Outcome.NOT_APPLIED);
    assertThat(errorOf(client.async().set("a", "1"))).isInstanceOf(ServerOverloadedException.class);

    server.faults().refuseNext(ErrorCode.SERVER_OVERLOADED, Outcome.NOT_APPLIED);
    CompletableFuture<Boolean> waiting = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform().start(() -> waiting.complete(client.set("a", "1").applied()));
    time.advanceToTaskIn(Duration.ofMillis(50));
    assertThat(get(waiting)).isTrue();
    thread.join();
  }

  @Test
  void aWriteOfUnknownOutcomeIsNeverMadeAgain() {
    server.faults().refuseNext(ErrorCode.SERVER_OVERLOADED, Outcome.UNKNOWN);
    assertThatThrownBy(() -> client.set("a", "1"))
        .isInstanceOfSatisfying(
            ServerOverloadedException.class, error -> assertThat(error.maybeApplied()).isTrue());
    assertThat(server.received()).containsExactly("SET");
  }

  @Test
  void repeatingCanBeTurnedOff() {
    client.close();
    client = VelocityClient.builder().endpoint(server.endpoint()).automaticRepeat(false).build();
    client.connect();
    server.faults().refuseNext(ErrorCode.RATE_LIMITED, Outcome.NOT_APPLIED);
    assertThatThrownBy(() -> client.get("a")).isInstanceOf(RateLimitedException.class);
    server.faults().dropAfter(1);
    assertThatThrownBy(() -> client.get("a"))
        .isInstanceOfSatisfying(
            ConnectionLostException.class, lost -> assertThat(lost.maybeApplied()).isFalse());
  }

  @Test
  void garbageEndsTheConnectionAndSaysSo() throws InterruptedException {
    client.set("a", "1");
    server.faults().garbageNext();
    VelocityException error = errorOf(client.async().set("a", "2"));
    assertThat(error)
        .isInstanceOf(ProtocolErrorException.class)
        .hasMessageContaining("magic number");
    assertThat(error.maybeApplied()).isTrue();

    CompletableFuture<?> after = client.async().get("a");
    time.advanceToTaskIn(Duration.ofMillis(50));
    get(after);
  }

  @Test
  void aReplyWithAWrongChecksumEndsTheConnectionAndSaysSo() {
    client.set("a", "1");
    server.faults().corruptNext();
    VelocityException error = errorOf(client.async().get("a"));
    assertThat(error).isInstanceOf(ProtocolErrorException.class).hasMessageContaining("checksum");
    assertThat(error.maybeApplied()).isFalse();
  }
}
