package io.velocitydb.server.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes events from any thread and writes them on its own, a line of JSON each. Who adds one never
 * waits: when the queue is full, or the file cannot be written, lines are dropped and counted. What
 * was written is synced within a second. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AuditLog.class);

  /** Events that wait to be written. */
  static final int QUEUE_MAX = 8_192;

  private static final int BATCH_MAX = 256;
  private static final long SYNC_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_SECONDS_MAX = 10;

  /** Wakes the writer up and is not written. */
  private static final AuditEvent WAKE = new AuditEvent(Instant.EPOCH, "", "", "", "", "", "", "");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final JsonFactory json = new JsonFactory();
  private final Optional<AuditSink> sink;
  private final BlockingQueue<AuditEvent> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final @Nullable Thread writer;
  private boolean failing;

  AuditLog(Optional<AuditSink> sink) {
    this.sink = sink;
    writer =
        sink.map(to -> Thread.ofPlatform().name("velocity-audit").daemon(true).start(() -> run(to)))
            .orElse(null);
  }

  /**
   * One in a file.
   *
   * @param bytesMax at which the file is full, and another begun
   * @param oldMax how many full ones are kept
   * @throws IOException if it cannot be written
   */
  public static AuditLog open(Path file, long bytesMax, int oldMax) throws IOException {
    return new AuditLog(Optional.of(new AuditFile(file, bytesMax, oldMax)));
  }

  /** One that keeps nothing. */
  public static AuditLog off() {
    return new AuditLog(Optional.empty());
  }

  /** Whether events are kept at all. */
  public boolean isOn() {
    return sink.isPresent();
  }

  /** Has an event written. Does not wait. */
  public void add(AuditEvent event) {
    if (isOn() && (closing.get() || !queue.offer(event))) {
      dropped.increment();
    }
  }

  /** Lines written. */
  public long written() {
    return written.sum();
  }

  /** Lines for which there was no room, or that could not be written. */
  public long dropped() {
    return dropped.sum();
  }

  /** Writes what was added before, syncs and closes. */
  @Override
  public void close() {
    if (writer == null || !closing.compareAndSet(false, true)) {
      return;
    }
    // Without room for this one it is awake.
    var _ = queue.offer(WAKE);
    try {
      writer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS_MAX));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      LOG.warnf(
          "%d lines of the audit log are not written after %d s and are lost",
          queue.size(), CLOSE_SECONDS_MAX);
    }
  }

  // ---- The writer's thread ----

  private void run(AuditSink to) {
    List<AuditEvent> batch = new ArrayList<>(BATCH_MAX);
    boolean unsynced = false;
    long syncedAt = System.nanoTime();
    while (true) {
      AuditEvent first = await();
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, BATCH_MAX - 1);
        batch.removeIf(event -> event.operation().isEmpty());
        unsynced |= write(to, batch);
        batch.clear();
      }
      if (unsynced && (first == null || System.nanoTime() - syncedAt >= SYNC_NANOS)) {
        sync(to);
        unsynced = false;
        syncedAt = System.nanoTime();
      }
      if (first == null && closing.get()) {
        close(to);
        return;
      }
    }
  }

  /** The next event; null when there is none for a while. */
  private @Nullable AuditEvent await() {
    try {
      return closing.get() ? queue.poll() : queue.poll(SYNC_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody did, what waits is written first.
      closing.set(true);
      return queue.poll();
    }
  }

  private boolean write(AuditSink to, List<AuditEvent> batch) {
    if (batch.isEmpty()) {
      return false;
    }
    try {
      to.write(ByteBuffer.wrap(lines(batch)));
      written.add(batch.size());
      if (failing) {
        LOG.infof("the audit log is written again; %d lines were dropped so far", dropped());
        failing = false;
      }
      return true;
    } catch (IOException e) {
      dropped.add(batch.size());
      failed("written", e);
      return false;
    }
  }

  private void sync(AuditSink to) {
    try {
      to.sync();
    } catch (IOException e) {
      failed("synced", e);
    }
  }

  private void close(AuditSink to) {
    try {
      to.close();
    } catch (IOException e) {
      failed("closed", e);
    }
  }

  private void failed(String what, IOException e) {
    if (!failing) {
      LOG.errorf("the audit log cannot be %s, lines are dropped: %s", what, e);
      failing = true;
    }
  }

  private byte[] lines(List<AuditEvent> events) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(BATCH_MAX * events.size());
    for (AuditEvent event : events) {
      try (JsonGenerator out = json.createGenerator(bytes)) {
        out.writeStartObject();
        out.writeStringField("time", TIME.format(event.time()));
        out.writeStringField("address", event.address());
        out.writeStringField("user", event.user());
        out.writeStringField("operation", event.operation());
        out.writeStringField("target", event.target());
        out.writeStringField("database", event.database());
        out.writeStringField("status", event.status());
        out.writeStringField("reason", event.reason());
        out.writeEndObject();
      }
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }
}
