package io.velocitydb.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.velocitydb.client.auth.Authenticator;
import io.velocitydb.client.auth.Credentials;
import io.velocitydb.config.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * Puts a fixed load on a V-Proto server: so many connections, each with so many requests on their
 * way. One event loop serves all connections, so that the generator takes one core at most. Not
 * thread-safe.
 *
 * <p>The load is closed: a connection sends its next group when the last reply of the one before
 * has come. Latency under a given rate is another measurement.
 */
public final class LoadGenerator implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

  /** How long after its end a run waits for replies that are still missing. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

  private final HostPort address;
  private final Optional<SslContext> tls;
  private final Authenticator authenticator;
  private final EventLoopGroup group = new NioEventLoopGroup(1);

  public LoadGenerator(HostPort address, boolean tls, Credentials credentials) throws IOException {
    this.address = address;
    authenticator = new Authenticator(credentials);
    // The server is our own child on loopback; the handshake's binding still proves that it is the
    // right one.
    this.tls =
        tls
            ? Optional.of(
                SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build())
            : Optional.empty();
  }

  /** Sets every key of the workload once. */
  public void fill(Workload workload) throws IOException, InterruptedException {
    run(workload, KeySequence.each(workload.keys()), Duration.ofDays(1));
  }

  /** Runs a workload with random keys for a time and measures it. */
  public LoadResult run(Workload workload, Duration time) throws IOException, InterruptedException {
    return run(workload, KeySequence.random(workload.keys()), time);
  }

  private LoadResult run(Workload workload, KeySequence keys, Duration time)
      throws IOException, InterruptedException {
    List<LoadConnection> connections = connect(workload, keys);
    try {
      long start = System.nanoTime();
      long deadline = start + time.toNanos();
      for (LoadConnection connection : connections) {
        connection.start(deadline);
      }
      Duration limit = time.plus(DRAIN_LIMIT);
      for (LoadConnection connection : connections) {
        await(connection.finished(), limit);
      }
      long nanos = System.nanoTime() - start;
      Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
      long operations = 0;
      long errors = 0;
      for (LoadConnection connection : connections) {
        latency.add(connection.latency());
        operations += connection.replies();
        errors += connection.errors();
      }
      return new LoadResult(operations, errors, nanos, latency);
    } finally {
      for (LoadConnection connection : connections) {
        connection.close();
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the listener tells the connection of a failure
  private List<LoadConnection> connect(Workload workload, KeySequence keys)
      throws IOException, InterruptedException {
    List<LoadConnection> connections = new ArrayList<>();
    for (int i = 0; i < workload.connections(); i++) {
      LoadConnection connection = new LoadConnection(workload, keys);
      connections.add(connection);
      Login login = new Login(authenticator, tls.isPresent(), connection);
      new Bootstrap()
          .group(group)
          .channel(NioSocketChannel.class)
          .option(ChannelOption.TCP_NODELAY, true)
          .handler(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                  tls.ifPresent(
                      context ->
                          channel.pipeline().addLast("tls", context.newHandler(channel.alloc())));
                  channel.pipeline().addLast("login", login);
                }
              })
          .connect(address.host(), address.port())
          .addListener(
              connected -> {
                if (!connected.isSuccess()) {
                  connection.ready().completeExceptionally(connected.cause());
                }
              });
    }
    for (LoadConnection connection : connections) {
      await(connection.ready(), CONNECT_LIMIT);
    }
    return connections;
  }

  private static void await(CompletableFuture<?> future, Duration limit)
      throws IOException, InterruptedException {
    try {
      future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException("a connection of the load generator failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no reply within " + limit.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
