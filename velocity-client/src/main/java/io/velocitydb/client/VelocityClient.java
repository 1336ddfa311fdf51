package io.velocitydb.client;

import io.velocitydb.client.admin.VelocityAdmin;
import io.velocitydb.client.connection.Lane;
import io.velocitydb.client.connection.Session;
import io.velocitydb.client.connection.Waiting;
import io.velocitydb.client.telemetry.ClientMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A client of one Velocity server, to be shared by all threads of a program and closed at its end.
 *
 * <p>It holds up to {@code poolSize} connections, each made when first needed, and sends the calls
 * of one thread over the same one: they take effect in the order made. Requests that many threads
 * make at once travel together. A connection that is lost is made again, with growing pauses of
 * random length from 50 ms to 2 s; requests wait for it within their deadlines. Those that had been
 * sent are sent again if they were reads, and end with an error whose {@code maybeApplied()} is
 * true if they were writes.
 *
 * <p>Thread safe.
 */
public final class VelocityClient extends VelocityCommands implements AutoCloseable {

  private final ClientCore core;
  private final String database;
  private final int size;
  private final AtomicReferenceArray<Lane> lanes;
  private final Map<String, VelocityClient> views;
  private final VelocityAsync async;
  private final VelocityAsync waiting;
  private final VelocityAdmin admin;

  VelocityClient(ClientCore core, String database, int size) {
    this(core, database, size, new ConcurrentHashMap<>());
    views.put(database, this);
  }

  private VelocityClient(
      ClientCore core, String database, int size, Map<String, VelocityClient> views) {
    this.core = core;
    this.database = database;
    this.size = size;
    this.lanes = new AtomicReferenceArray<>(size + 1);
    this.views = views;
    this.async = new VelocityAsync(this::lane, core.json(), false);
    this.waiting = new VelocityAsync(this::lane, core.json(), true);
    // A lane of its own: a long compaction must not hold up anyone's reads.
    this.admin = new VelocityAdmin(() -> lane(size));
  }

  /** Begins a client; nothing is connected until its first request. */
  public static VelocityBuilder builder() {
    return new VelocityBuilder();
  }

  /**
   * Connects now instead of with the first request, to see at once whether address, trust and
   * credentials are right.
   *
   * @return what the server said of itself
   * @throws io.velocitydb.client.error.VelocityException if it cannot be done
   */
  public Session connect() {
    return Waiting.await(lane().connect());
  }

  @Override
  public VelocityAsync async() {
    return async;
  }

  @Override
  VelocityAsync waiting() {
    return waiting;
  }

  @Override
  Optional<PageStreams> streams() {
    return core.streams().isUnsupported()
        ? Optional.empty()
        : Optional.of(
            (scan, cursor, entriesMax) ->
                core.streams()
                    .open(database, sink -> waiting.streamed(scan, cursor, entriesMax, sink)));
  }

  /** The commands for administrators, over a connection of their own. */
  public VelocityAdmin admin() {
    return admin;
  }

  /** The database that this client reads and writes. */
  public String database() {
    return database;
  }

  /**
   * The same server's database of that name, over connections of its own with everything else as
   * here. Asked for twice it is the same client; it is closed with this one.
   */
  public VelocityClient use(String name) {
    return views.computeIfAbsent(name, other -> new VelocityClient(core, other, size, views));
  }

  /** Counters and latencies of this client and all that share its connections. */
  public ClientMetrics metrics() {
    return core.metrics();
  }

  /**
   * Takes no more requests, waits for the replies of those made, at most until their deadlines, and
   * closes all connections, also those of clients from {@link #use}. Closing any of them closes
   * all. Closing twice does nothing.
   */
  @Override
  public void close() {
    core.close();
  }

  /** The lane of the calling thread, so that its calls stay in order. */
  private Lane lane() {
    return lane((int) (Thread.currentThread().threadId() % size));
  }

  private Lane lane(int index) {
    Lane lane = lanes.get(index);
    return lane != null ? lane : makeLane(index);
  }

  private synchronized Lane makeLane(int index) {
    Lane made = lanes.get(index);
    if (made == null) {
      made = core.lane(database);
      lanes.set(index, made);
    }
    return made;
  }

  @Override
  public String toString() {
    return "VelocityClient[" + core.address() + "/" + database + "]";
  }
}
