package io.velocitydb.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class AuditLogTest {
  private final Sink sink = new Sink();

  /** Keeps lines; can be made to fail, and to stand still. */
  private static final class Sink implements AuditSink {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean still;
    private volatile boolean failing;
    private volatile boolean synced;
    private volatile boolean closed;

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      if (still) {
        entered.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      if (failing) {
        throw new IOException("no space left on device");
      }
      lines.addAll(StandardCharsets.UTF_8.decode(bytes).toString().lines().toList());
      synced = false;
    }

    @Override
    public void sync() {
      synced = true;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static AuditEvent event(String user, String reason) {
    return new AuditEvent(
        Instant.ofEpochSecond(1_700_000_000),
        "[2001:db8::1]:4711",
        user,
        "USER_DROP",
        "bob",
        "default",
        AuditEvent.OK,
        reason);
  }

  @Test
  void anEventIsALineOfJson() {
    try (AuditLog log = new AuditLog(Optional.of(sink))) {
      log.add(event("ann", ""));
    }
    assertThat(sink.lines)
        .containsExactly(
            "{\"time\":\"2023-11-14T22:13:20.000Z\",\"address\":\"[2001:db8::1]:4711\","
                + "\"user\":\"ann\",\"operation\":\"USER_DROP\",\"target\":\"bob\","
                + "\"database\":\"default\",\"status\":\"OK\",\"reason\":\"\"}");
    assertThat(sink.closed).isTrue();
  }

  /** What a client says of itself cannot end a line, forge another, or break the log. */
  @Test
  void whateverAClientSaysStaysOneLine() {
    try (AuditLog log = new AuditLog(Optional.of(sink))) {
      log.add(event("a\"}\n{\"time\":\"forged\u2028\u0000", ""));
      log.add(event("half \ud83d", "\udc00 other half"));
      log.add(event("\ud83d\ude00".repeat(1_000), ""));
    }
    assertThat(sink.lines).hasSize(3);
    assertThat(sink.lines.get(0))
        .contains("\"user\":\"a\\\"}\\n{\\\"time\\\":\\\"forged")
        .contains("\\u0000");
    assertThat(sink.lines.get(1)).contains("\"half ?\"").contains("\"? other half\"");
    assertThat(sink.lines.get(2).length()).isLessThan(2_000);
  }

  @Test
  void whoAddsNeverWaitsAndWhatFindsNoRoomIsDroppedAndCounted() throws Exception {
    sink.still = true;
    try (AuditLog log = new AuditLog(Optional.of(sink))) {
      log.add(event("first", ""));
      sink.entered.await();
      for (int i = 0; i < AuditLog.QUEUE_MAX + 10; i++) {
        log.add(event("user " + i, ""));
      }
      assertThat(log.dropped()).isEqualTo(10);
      sink.goOn.countDown();
    }
    assertThat(sink.lines).hasSize(AuditLog.QUEUE_MAX + 1);
  }

  @Test
  void whatCannotBeWrittenIsCountedAndTheRestGoesOn() {
    try (AuditLog log = new AuditLog(Optional.of(sink))) {
      sink.failing = true;
      log.add(event("lost", ""));
      await().until(() -> log.dropped() == 1);
      sink.failing = false;
      log.add(event("kept", ""));
      await().until(() -> log.written() == 1);
    }
    assertThat(sink.lines).singleElement().asString().contains("\"kept\"");
  }

  @Test
  void whatWasWrittenIsSyncedSoonAndBeforeItIsClosed() {
    try (AuditLog log = new AuditLog(Optional.of(sink))) {
      log.add(event("ann", ""));
      await().until(() -> log.written() == 1);
      await().until(() -> sink.synced);
    }
  }

  @Test
  void oneThatIsOffKeepsNothing() {
    try (AuditLog log = AuditLog.off()) {
      log.add(event("ann", ""));
      assertThat(log.isOn()).isFalse();
      assertThat(log.written() + log.dropped()).isZero();
    }
  }
}
