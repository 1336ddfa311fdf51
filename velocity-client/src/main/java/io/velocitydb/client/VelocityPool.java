package io.velocitydb.client;

import io.velocitydb.client.command.SessionCalls;
import io.velocitydb.client.connection.Lane;
import io.velocitydb.client.connection.Waiting;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.QueueFullException;
import io.velocitydb.client.error.RequestInterruptedException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.protocol.Durations;
import io.velocitydb.protocol.Outcome;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lends connections, each to one caller at a time, for programs that are written that way. {@link
 * VelocityClient} does the same work with fewer connections.
 *
 * <p>Connections are made when first lent, up to {@code size}, and kept. Thread safe.
 */
public final class VelocityPool implements AutoCloseable {

  private final ClientCore core;
  private final String database;
  private final int size;
  private final Duration patience;
  private final Semaphore free;
  private final ConcurrentLinkedDeque<Lane> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * A pool with everything else as usual; {@link VelocityBuilder#buildPool()} makes others.
   *
   * @param endpoint {@code host:port}, or a whole {@code vdb://} address
   * @param size how many connections are lent at most
   * @throws IllegalArgumentException if the endpoint is no address or the size is not from 1 to
   *     10,000
   */
  public VelocityPool(String endpoint, String user, String password, int size) {
    this(VelocityClient.builder().endpoint(endpoint).user(user).password(password).poolSize(size));
  }

  VelocityPool(VelocityBuilder builder) {
    this.core = builder.core();
    this.database = builder.database();
    this.size = builder.poolSize();
    this.patience = builder.settings().requestTimeout();
    this.free = new Semaphore(size, true);
  }

  /**
   * Lends a connection; makes it first if none is idle. Close it to give it back.
   *
   * @throws QueueFullException if all are lent and none comes back within the request timeout
   * @throws VelocityException if the connection cannot be made
   */
  public VelocityConnection getConnection() {
    try {
      if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new QueueFullException(
            "all "
                + size
                + " connections of the pool were lent for "
                + Durations.format(patience)
                + "; close them after use, or make the pool larger");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestInterruptedException(
          "interrupted while waiting for a connection of the pool");
    }
    Lane lane = null;
    try {
      if (closed) {
        throw new ClientClosedException("the pool is closed", Outcome.NOT_APPLIED);
      }
      lane = idle.pollFirst();
      if (lane == null) {
        lane = core.lane(database);
      }
      Waiting.await(lane.connect());
      return new VelocityConnection(this, lane, core.json());
    } catch (RuntimeException e) {
      if (lane != null) {
        idle.addFirst(lane);
      }
      free.release();
      throw e;
    }
  }

  void giveBack(Lane lane, boolean moved) {
    if (!moved) {
      idle.addFirst(lane);
      free.release();
      return;
    }
    lane.database(database);
    var _ =
        lane.send(SessionCalls.use(database), true)
            .whenComplete(
                (ok, error) -> {
                  if (error == null) {
                    idle.addFirst(lane);
                  } else {
                    core.close(lane);
                  }
                  free.release();
                });
  }

  /** Counters and latencies of all connections. */
  public ClientMetrics metrics() {
    return core.metrics();
  }

  /**
   * Closes all connections, also those that are lent, after the replies of what they have sent.
   * Closing twice does nothing.
   */
  @Override
  public void close() {
    closed = true;
    core.close();
  }

  @Override
  public String toString() {
    return "VelocityPool[" + core.address() + "/" + database + ", " + size + " connections]";
  }
}
