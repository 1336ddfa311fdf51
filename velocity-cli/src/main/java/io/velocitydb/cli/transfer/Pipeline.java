package io.velocitydb.cli.transfer;

import io.velocitydb.client.VelocityAsync;
import io.velocitydb.client.command.Batch;
import io.velocitydb.client.command.BatchResult;
import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.error.VelocityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

/**
 * Sends items in batches, several on their way at once, and keeps account of what was acknowledged:
 * always a prefix of what was given, since the requests of one connection take effect, and are
 * answered, in their order. Not thread safe.
 */
final class Pipeline {
  private static final int BATCH_ITEMS = 512;
  private static final int BATCH_BYTES = 256 << 10;
  private static final int BATCHES_ON_THEIR_WAY = 16;

  private final VelocityAsync client;
  private final LongConsumer acknowledgedOffset;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private Batch batch = Batch.create();
  private int batchBytes;
  private long offset;
  private long acknowledged;

  private record Sent(CompletableFuture<BatchResult> reply, int items, long offset) {}

  /** Tells {@code acknowledgedOffset} up to which byte of the input all is acknowledged. */
  Pipeline(VelocityAsync client, LongConsumer acknowledgedOffset) {
    this.client = client;
    this.acknowledgedOffset = acknowledgedOffset;
  }

  /**
   * Takes an item; may wait for replies.
   *
   * @param end where the item ends in the input
   * @throws VelocityException if the server refused an earlier one, or is gone
   */
  void add(Item item, long end) {
    if (batch.size() > 0 && batchBytes + item.size() > BATCH_BYTES) {
      send();
    }
    SetOptions options = SetOptions.with();
    batch.set(item.key(), item.value(), item.ttl().map(options::ttl).orElse(options));
    batchBytes += item.size();
    offset = end;
    if (batch.size() == BATCH_ITEMS) {
      send();
    }
  }

  /** Sends what is left and waits for all replies. */
  void finish() {
    if (batch.size() > 0) {
      send();
    }
    while (!sent.isEmpty()) {
      awaitOldest();
    }
  }

  /** After a failure: counts the batches whose replies still came. */
  void settle() {
    try {
      while (!sent.isEmpty()) {
        awaitOldest();
      }
    } catch (VelocityException e) {
      sent.clear(); // what follows an unanswered batch is not told to be stored, whatever became of
      // it
    }
  }

  /** How many items were acknowledged, counted from the first. */
  long acknowledged() {
    return acknowledged;
  }

  private void send() {
    if (sent.size() == BATCHES_ON_THEIR_WAY) {
      awaitOldest();
    }
    sent.addLast(new Sent(client.batch(batch), batch.size(), offset));
    batch = Batch.create();
    batchBytes = 0;
  }

  private void awaitOldest() {
    Sent oldest = sent.getFirst();
    try {
      oldest.reply().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof VelocityException velocity) {
        throw velocity;
      }
      throw e;
    }
    sent.removeFirst();
    acknowledged += oldest.items();
    acknowledgedOffset.accept(oldest.offset());
  }
}
