package io.velocitydb.client;

import io.velocitydb.client.command.SetOptions;
import io.velocitydb.client.connection.Lane;
import io.velocitydb.client.connection.Waiting;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.Outcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection lent by a {@link VelocityPool} to one caller, to be closed after use, which gives it
 * back.
 *
 * <p>All calls go over one connection and take effect in the order made. If it is lost it is made
 * again. Thread safe, though meant for one caller at a time.
 */
public final class VelocityConnection extends VelocityCommands implements AutoCloseable {

  private final VelocityPool pool;
  private final Lane lane;
  private final VelocityAsync async;
  private final VelocityAsync waiting;
  private final AtomicBoolean returned = new AtomicBoolean();
  private volatile boolean moved;

  VelocityConnection(VelocityPool pool, Lane lane, JsonCodec json) {
    this.pool = pool;
    this.lane = lane;
    this.async = new VelocityAsync(this::lane, json, false);
    this.waiting = new VelocityAsync(this::lane, json, true);
  }

  @Override
  public VelocityAsync async() {
    return async;
  }

  @Override
  VelocityAsync waiting() {
    return waiting;
  }

  /** None: all calls of a lent connection go over that connection. */
  @Override
  Optional<PageStreams> streams() {
    return Optional.empty();
  }

  /**
   * Stores bytes, text, or an object as JSON under a key, whether it is there or not.
   *
   * @return the version of what was stored
   */
  public Version insert(String key, Object value) {
    return set(Key.of(key), value, SetOptions.with()).version();
  }

  /**
   * Selects another database for the following calls; the pool's own is selected again when the
   * connection is given back.
   *
   * @throws io.velocitydb.client.error.DatabaseNotFoundException if there is none of that name;
   *     then no database is selected
   */
  public void use(String database) {
    moved = true;
    Waiting.await(waiting.use(database));
    lane.database(database);
  }

  /** Gives the connection back to its pool. Closing twice does nothing. */
  @Override
  public void close() {
    if (returned.compareAndSet(false, true)) {
      pool.giveBack(lane, moved);
    }
  }

  private Lane lane() {
    if (returned.get()) {
      throw new ClientClosedException(
          "this connection was given back to its pool", Outcome.NOT_APPLIED);
    }
    return lane;
  }
}
