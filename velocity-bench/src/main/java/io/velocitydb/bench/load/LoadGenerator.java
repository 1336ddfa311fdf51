package io.velocitydb.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.velocitydb.bench.load.Workload.Command;
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

/**
 * Puts load on a server: so many connections, each with so many requests on their way, in V-Proto
 * or RESP. One event loop serves all connections, so that the generator takes one core at most.
 * Requests are prebuilt, and replies are counted, not decoded. Not thread-safe.
 */
public final class LoadGenerator implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final int FILL_DEPTH = 64;

  private final HostPort address;
  private final Protocol protocol;
  private final Optional<SslContext> tls;
  private final Optional<Authenticator> authenticator;
  private final EventLoopGroup group = Sockets.eventLoops(1);

  private LoadGenerator(
      HostPort address, Protocol protocol, boolean tls, Optional<Authenticator> authenticator)
      throws IOException {
    this.address = address;
    this.protocol = protocol;
    this.authenticator = authenticator;
    // The server is our own child on loopback; the handshake's binding still proves that it is the
    // right one.
    this.tls =
        tls
            ? Optional.of(
                SslContextBuilder.forClient()
                    .protocols("TLSv1.3")
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build())
            : Optional.empty();
  }

  /** For a V-Proto server, on which each connection logs in. */
  public static LoadGenerator vproto(HostPort address, boolean tls, Credentials credentials)
      throws IOException {
    return new LoadGenerator(
        address, Protocol.VPROTO, tls, Optional.of(new Authenticator(credentials)));
  }

  /** For what answers at once in a protocol, without a login: Redis, or a canned responder. */
  public static LoadGenerator withoutLogin(HostPort address, Protocol protocol, boolean tls)
      throws IOException {
    return new LoadGenerator(address, protocol, tls, Optional.empty());
  }

  /** Sets every key of the workload once. */
  public LoadResult fill(Workload workload) throws IOException, InterruptedException {
    Workload sets =
        new Workload(
            Command.SET,
            workload.keys(),
            workload.valueBytes(),
            workload.connections(),
            FILL_DEPTH);
    try (LoadSession session = open(sets)) {
      return session.each();
    }
  }

  /** Connects for a workload. The session must be closed before this generator. */
  @SuppressWarnings("FutureReturnValueIgnored") // the listener tells the connection of a failure
  public LoadSession open(Workload workload) throws IOException, InterruptedException {
    Command command = workload.command();
    int valueBytes = workload.valueBytes();
    RequestTemplate read = RequestTemplate.of(protocol, Command.GET, valueBytes);
    RequestTemplate write =
        RequestTemplate.of(
            protocol, command == Command.INCR ? Command.INCR : Command.SET, valueBytes);
    List<LoadConnection> connections = new ArrayList<>();
    for (int i = 0; i < workload.connections(); i++) {
      long seed = i;
      LoadConnection connection =
          new LoadConnection(
              () -> new RequestScript(read, write, workload, seed),
              ReplyCounter.of(protocol, valueBytes),
              workload);
      connections.add(connection);
      new Bootstrap()
          .group(group)
          .channel(Sockets.client())
          .option(ChannelOption.TCP_NODELAY, true)
          .handler(initializer(connection))
          .connect(address.host(), address.port())
          .addListener(
              connected -> {
                if (!connected.isSuccess()) {
                  connection.fail(connected.cause());
                }
              });
    }
    LoadSession session = new LoadSession(workload, connections);
    try {
      for (LoadConnection connection : connections) {
        await(connection.ready(), CONNECT_LIMIT);
      }
    } catch (IOException | InterruptedException e) {
      session.close();
      throw e;
    }
    return session;
  }

  private ChannelHandler initializer(LoadConnection connection) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        tls.ifPresent(
            context -> channel.pipeline().addLast("tls", context.newHandler(channel.alloc())));
        channel
            .pipeline()
            .addLast(
                "login",
                authenticator.isPresent()
                    ? new Login(authenticator.get(), tls.isPresent(), connection)
                    : new NoLogin(tls.isPresent(), connection));
      }
    };
  }

  static void await(CompletableFuture<?> future, Duration limit)
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
