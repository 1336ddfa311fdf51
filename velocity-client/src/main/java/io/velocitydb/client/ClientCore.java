package io.velocitydb.client;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.velocitydb.client.connection.Connector;
import io.velocitydb.client.connection.Lane;
import io.velocitydb.client.connection.LaneSettings;
import io.velocitydb.client.connection.NetworkThread;
import io.velocitydb.client.connection.Scheduler;
import io.velocitydb.client.connection.StreamConnections;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.client.value.JsonCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What a client, its views and its administration share: network threads, the way to the server,
 * limits, measurements. Thread safe.
 */
final class ClientCore {

  private final EventLoopGroup loops;
  private final Connector connector;
  private final LaneSettings settings;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final RequestListener listener;
  private final ClientMetrics metrics = new ClientMetrics();
  private final JsonCodec json;
  private final StreamConnections streams;
  private final List<Lane> lanes = new ArrayList<>();
  private boolean closed;

  ClientCore(
      int threads,
      Connector connector,
      LaneSettings settings,
      Scheduler scheduler,
      RandomGenerator random,
      RequestListener listener,
      JsonCodec json) {
    this.loops = new NioEventLoopGroup(threads, NetworkThread.factory());
    this.connector = connector;
    this.settings = settings;
    this.scheduler = scheduler;
    this.random = random;
    this.listener = listener;
    this.json = json;
    this.streams = new StreamConnections(connector, settings, loops, scheduler, metrics, listener);
  }

  /** A new lane to the server, which connects when first used; closed with the core. */
  Lane lane(String database) {
    Lane lane =
        new Lane(connector, settings, loops.next(), scheduler, random, metrics, listener, database);
    synchronized (lanes) {
      if (closed) {
        var _ = lane.close();
      } else {
        lanes.add(lane);
      }
    }
    return lane;
  }

  /** Closes one lane now. */
  void close(Lane lane) {
    synchronized (lanes) {
      lanes.remove(lane);
    }
    var _ = lane.close();
  }

  /** Connections for answers of many frames. */
  StreamConnections streams() {
    return streams;
  }

  ClientMetrics metrics() {
    return metrics;
  }

  JsonCodec json() {
    return json;
  }

  String address() {
    return connector.address();
  }

  /**
   * Lets every lane finish what it has taken, closes them and ends the threads; waits for it unless
   * on one of those threads.
   */
  void close() {
    List<Lane> all;
    synchronized (lanes) {
      closed = true;
      all = List.copyOf(lanes);
      lanes.clear();
    }
    // A reader of a stream would find its client closed with the next page at the latest.
    CompletableFuture<?> streamed = streams.close();
    CompletableFuture<?> drained =
        CompletableFuture.allOf(all.stream().map(Lane::close).toArray(CompletableFuture<?>[]::new));
    CompletableFuture<?> ended =
        CompletableFuture.allOf(streamed, drained)
            .whenComplete(
                (done, error) -> {
                  var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                });
    if (!(Thread.currentThread() instanceof NetworkThread)) {
      ended.join();
    }
  }
}
