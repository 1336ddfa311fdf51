package io.velocitydb.client.telemetry;

/**
 * Is told of every finished request, to trace or measure it.
 *
 * <p>Called on the client's network threads, where it must not block, or on the thread that
 * cancelled the request. What it throws is handed to that thread's {@link
 * Thread.UncaughtExceptionHandler} and harms no request.
 */
@FunctionalInterface
public interface RequestListener {

  /** Does nothing. */
  RequestListener NONE = event -> {};

  /** A request has ended, well or badly. */
  void finished(RequestEvent event);
}
