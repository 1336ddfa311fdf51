package io.velocitydb.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The open connections of a workload, on which runs follow each other. Made by {@link
 * LoadGenerator#open}; not thread-safe.
 */
public final class LoadSession implements AutoCloseable {
  /** How long after its end a run waits for replies that are still missing. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

  private final Workload workload;
  private final List<LoadConnection> connections;
  private final KeySequence random;

  LoadSession(Workload workload, List<LoadConnection> connections) {
    this.workload = workload;
    this.connections = connections;
    random = KeySequence.random(workload.keys());
  }

  /**
   * As fast as it goes: a connection sends its next group when the last reply of the one before has
   * come.
   */
  public LoadResult full(Duration time) throws IOException, InterruptedException {
    return closed(random, time);
  }

  /** Each key once, in order, as fast as it goes. */
  LoadResult each() throws IOException, InterruptedException {
    return closed(KeySequence.each(workload.keys()), Duration.ofDays(1));
  }

  private LoadResult closed(KeySequence keys, Duration time)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    return run(
        Phase.closed(start + time.toNanos(), keys),
        start,
        time,
        () -> connections.forEach(LoadConnection::start));
  }

  /**
   * At a given rate, whatever the server does: latency counts from when a request was due.
   *
   * @param perSecond requests, above 0
   */
  public LoadResult paced(double perSecond, Duration time)
      throws IOException, InterruptedException {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("a rate of " + perSecond);
    }
    long start = System.nanoTime();
    long end = start + time.toNanos();
    return run(
        Phase.paced(end, random),
        start,
        time,
        () ->
            new Pacer(
                    connections,
                    connections.getFirst().executor(),
                    perSecond / workload.depth(),
                    start,
                    end)
                .run());
  }

  private LoadResult run(Phase phase, long start, Duration time, Runnable begin)
      throws IOException, InterruptedException {
    long errors = errors();
    long misses = misses();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    connections
        .getFirst()
        .executor()
        .execute(
            () -> {
              try {
                connections.forEach(connection -> connection.prepare(phase));
                begin.run();
                begun.complete(null);
              } catch (RuntimeException e) {
                begun.completeExceptionally(e);
              }
            });
    Duration limit = time.plus(DRAIN_LIMIT);
    LoadGenerator.await(begun, limit);
    for (LoadConnection connection : connections) {
      LoadGenerator.await(connection.finished(), limit);
    }
    return new LoadResult(
        phase.operations,
        errors() - errors,
        misses() - misses,
        Math.max(1, phase.lastReply - start),
        phase.latency);
  }

  private long errors() {
    return connections.stream().mapToLong(connection -> connection.replies().errors()).sum();
  }

  private long misses() {
    return connections.stream().mapToLong(connection -> connection.replies().misses()).sum();
  }

  @Override
  public void close() {
    connections.forEach(LoadConnection::close);
  }
}
