package io.velocitydb.client.connection;

import io.velocitydb.client.error.RequestInterruptedException;
import io.velocitydb.client.error.VelocityException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for a reply, for the commands that block. */
public final class Waiting {

  private Waiting() {}

  /**
   * The reply, or its error with the stack of the thread that waits.
   *
   * @throws IllegalStateException on a network thread, which would wait for itself
   */
  public static <R> R await(CompletableFuture<R> reply) {
    if (Thread.currentThread() instanceof NetworkThread && !reply.isDone()) {
      reply.cancel(true);
      throw new IllegalStateException(
          "a network thread must not wait for a reply; use async() here, or thenApplyAsync before it");
    }
    try {
      return reply.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof VelocityException error) {
        // Made on a network thread, whose stack tells nothing of who asked.
        error.fillInStackTrace();
        throw error;
      }
      throw new IllegalStateException("a reply ended with an unexpected " + cause, cause);
    } catch (CancellationException e) {
      throw new IllegalStateException("a reply that is waited for was cancelled", e);
    } catch (InterruptedException e) {
      reply.cancel(true);
      Thread.currentThread().interrupt();
      throw new RequestInterruptedException("interrupted while waiting for a reply");
    }
  }
}
