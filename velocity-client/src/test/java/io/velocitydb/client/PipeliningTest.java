package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.IncrResult;
import io.velocitydb.client.command.ReadOptions;
import io.velocitydb.client.command.SetResult;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.QueueFullException;
import io.velocitydb.client.error.RequestInterruptedException;
import io.velocitydb.client.error.RequestTimeoutException;
import io.velocitydb.client.error.TooLargeException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.client.value.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PipeliningTest {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

  private final FakeServer server = FakeServer.builder().plaintext().start();
  private final ManualTime time = new ManualTime();
  private VelocityClient client = make(VelocityClient.builder());

  private VelocityClient make(VelocityBuilder builder) {
    return builder.endpoint(server.endpoint()).scheduler(time).random(new LargestRandom()).build();
  }

  private void remake(VelocityBuilder builder) {
    client.close();
    client = make(builder);
  }

  @AfterEach
  void close() {
    server.faults().releaseAll();
    client.close();
    server.close();
  }

  private static <R> R get(CompletableFuture<R> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static Throwable errorOf(CompletableFuture<?> future) {
    try {
      Object value = get(future);
      throw new AssertionError("an error was expected, not " + value);
    } catch (CompletionException e) {
      return e.getCause();
    }
  }

  @Test
  void callsOfOneThreadTakeEffectInTheOrderMade() {
    remake(VelocityClient.builder().poolSize(4));
    List<CompletableFuture<IncrResult>> replies = new ArrayList<>();
    CompletableFuture<SetResult> first = client.async().set("n", "100");
    for (int i = 0; i < 1_000; i++) {
      replies.add(client.async().incr("n", 1));
    }
    CompletableFuture<Optional<Entry>> last = client.async().get("n");

    assertThat(get(first).applied()).isTrue();
    for (int i = 0; i < 1_000; i++) {
      assertThat(get(replies.get(i)).value()).isEqualTo(101 + i);
    }
    assertThat(get(last).map(Entry::text)).contains("1100");
    assertThat(server.connectionsAccepted()).isEqualTo(1);
  }

  @Test
  void manyThreadsShareTheConnections() throws InterruptedException {
    remake(VelocityClient.builder().poolSize(2));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 50; n++) {
                      client.incr("n", 1);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(client.getText("n")).contains("400");
    assertThat(server.connectionsAccepted()).isEqualTo(2);
  }

  @Test
  void aRequestThatTimedOutKeepsItsPlaceAndItsReplyIsDiscarded() throws InterruptedException {
    client.set("a", "1");
    client.set("b", "2");
    server.faults().holdReplies();
    CompletableFuture<?> write = client.async().set("a", "9");
    CompletableFuture<?> read = client.async().get("a");
    server.awaitReceived(4);
    time.advance(REQUEST_TIMEOUT);

    assertThat(errorOf(write))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("did not answer SET within 5s")
        .satisfies(error -> assertThat(((VelocityException) error).maybeApplied()).isTrue())
        .satisfies(error -> assertThat(((VelocityException) error).isRetryable()).isFalse());
    assertThat(errorOf(read))
        .isInstanceOf(RequestTimeoutException.class)
        .satisfies(error -> assertThat(((VelocityException) error).maybeApplied()).isFalse());

    CompletableFuture<Optional<Entry>> later = client.async().get("b");
    server.faults().releaseAll();
    assertThat(get(later).map(Entry::text)).contains("2");
    assertThat(client.metrics().discardedReplies()).isEqualTo(2);
    assertThat(server.connectionsAccepted()).isEqualTo(1);
  }

  @Test
  void aCallMayHaveAnotherDeadlineThanTheClient() throws InterruptedException {
    client.ping();
    server.faults().holdReplies();
    ReadOptions quick = ReadOptions.with().timeout(Duration.ofMillis(100));
    CompletableFuture<?> usual = client.async().get("a");
    CompletableFuture<?> short_ = client.async().get(Key.of("b"), quick);
    server.awaitReceived(3);
    time.advance(Duration.ofMillis(100));

    assertThat(errorOf(short_)).isInstanceOf(RequestTimeoutException.class);
    assertThat(usual).isNotDone();
    server.faults().releaseAll();
    assertThat(get(usual)).isEqualTo(Optional.empty());
  }

  @Test
  void aServerThatStaysSilentIsLeft() throws InterruptedException {
    client.set("a", "1");
    server.faults().holdReplies();
    CompletableFuture<?> write = client.async().set("a", "2");
    server.awaitReceived(2);
    time.advance(REQUEST_TIMEOUT);
    assertThat(errorOf(write)).isInstanceOf(RequestTimeoutException.class);

    CompletableFuture<Optional<Entry>> read = client.async().get("a");
    server.awaitReceived(3);
    time.advance(REQUEST_TIMEOUT.minusMillis(1));
    assertThat(read).isNotDone();
    server.faults().releaseAll();
    assertThat(get(read).map(Entry::text)).contains("2");

    server.faults().holdReplies();
    CompletableFuture<?> again = client.async().set("a", "3");
    server.awaitReceived(4);
    time.advance(REQUEST_TIMEOUT);
    assertThat(errorOf(again)).isInstanceOf(RequestTimeoutException.class);
    time.advanceToTaskIn(REQUEST_TIMEOUT);
    // An answer that came before the connection is left would keep it.
    await().until(() -> client.metrics().connectionsLost() == 1);
    server.faults().releaseAll();
    CompletableFuture<Optional<Entry>> after = client.async().get("a");
    time.advanceToTaskIn(Duration.ofMillis(50));
    assertThat(get(after).map(Entry::text)).contains("3");
    assertThat(server.connectionsAccepted()).isEqualTo(2);
    assertThat(client.metrics().connectionsLost()).isEqualTo(1);
  }

  @Test
  void cancellingFreesTheCallerAtOnce() throws InterruptedException {
    client.set("b", "2");
    server.faults().holdReplies();
    CompletableFuture<?> cancelled = client.async().get("a");
    CompletableFuture<Optional<Entry>> other = client.async().get("b");
    server.awaitReceived(3);
    assertThat(cancelled.cancel(true)).isTrue();
    assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);

    server.faults().releaseAll();
    assertThat(get(other).map(Entry::text)).contains("2");
    assertThat(client.metrics().errors()).containsEntry("CANCELLED", 1L);
    assertThat(client.metrics().discardedReplies()).isEqualTo(1);
  }

  @Test
  void aThreadThatIsInterruptedIsFreedAtOnce() throws InterruptedException {
    client.ping();
    server.faults().holdReplies();
    CompletableFuture<Throwable> seen = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    client.set("a", "1");
                  } catch (RequestInterruptedException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    seen.complete(e);
                  }
                });
    server.awaitReceived(2);
    thread.interrupt();
    assertThat(get(seen)).hasMessageContaining("interrupted");
    thread.join();
  }

  @Test
  void tooManyWaitingRequestsAreRefusedWithWords() throws InterruptedException {
    remake(VelocityClient.builder().queueLimits(3, 1 << 20));
    client.ping();
    server.faults().holdReplies();
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(client.async().get("a"));
    }
    server.awaitReceived(4);
    assertThat(errorOf(client.async().set("a", "1")))
        .isInstanceOfSatisfying(
            QueueFullException.class,
            full -> {
              assertThat(full).hasMessageContaining("3 requests or 1 MiB");
              assertThat(full.maybeApplied()).isFalse();
              assertThat(full.isRetryable()).isTrue();
            });
    assertThat(client.metrics().refusedByBackpressure()).isEqualTo(1);

    server.faults().releaseAll();
    waiting.forEach(PipeliningTest::get);
    assertThat(client.set("a", "1").applied()).isTrue();
  }

  @Test
  void bytesThatWaitAreBoundedTooButOneRequestIsAlwaysLetIn() throws InterruptedException {
    remake(VelocityClient.builder().queueLimits(100, 1_000));
    client.ping();
    server.faults().holdReplies();
    CompletableFuture<?> large = client.async().set("a", new byte[100_000]);
    server.awaitReceived(2);
    assertThat(errorOf(client.async().get("a"))).isInstanceOf(QueueFullException.class);
    server.faults().releaseAll();
    get(large);
    assertThat(get(client.async().get("a"))).isPresent();
  }

  @Test
  void whatTheServerWouldNotTakeIsNotSent() {
    client.connect();
    assertThatThrownBy(() -> client.set("a", new byte[3 << 20]))
        .isInstanceOf(TooLargeException.class)
        .hasMessageContaining("the server takes 1179648");
    assertThat(server.received()).doesNotContain("SET");
    assertThat(client.set("a", new byte[1 << 20]).applied()).isTrue();
    assertThat(client.get("a").orElseThrow().value().length()).isEqualTo(1 << 20);
  }

  @Test
  void waitingForAReplyOnANetworkThreadIsAnErrorAndNotADeadlock() {
    CompletableFuture<String> inside =
        client.async().get("a").thenApply(none -> String.valueOf(client.getText("a")));
    assertThat(errorOf(inside))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("network thread");
  }

  @Test
  void closingWaitsForWhatWasSent() {
    List<CompletableFuture<?>> writes = new ArrayList<>();
    client.connect();
    for (int i = 0; i < 100; i++) {
      writes.add(client.async().set("k" + i, "v"));
    }
    client.close();
    assertThat(writes).allSatisfy(write -> assertThat(write).isCompleted());
    assertThatThrownBy(() -> client.get("k1"))
        .isInstanceOf(ClientClosedException.class)
        .hasMessageContaining("is closed");
    client.close();
  }
}
