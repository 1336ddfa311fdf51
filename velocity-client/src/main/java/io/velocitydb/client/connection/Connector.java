package io.velocitydb.client.connection;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.velocitydb.client.auth.Authenticator;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.trust.ClientCertificate;
import io.velocitydb.client.trust.ServerCheck;
import io.velocitydb.client.trust.TrustPolicy;
import io.velocitydb.protocol.Durations;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.scram.Fingerprint;
import io.velocitydb.protocol.url.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to one server: address, TCP, TLS with the check of the certificate, HELLO,
 * AUTH.
 *
 * <p>What blocks (names, files, the derivation of keys) runs on virtual threads of its own, never
 * on an event loop. Thread safe.
 */
public final class Connector {

  private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(512 << 10, 1 << 20);
  private static final Executor BLOCKING =
      task -> Thread.ofVirtual().name("velocity-connect").start(task);

  private final Route route;
  private final TrustPolicy trust;
  private final Authenticator authenticator;
  private final Optional<ClientCertificate> certificate;
  private final Identity identity;
  private final LaneSettings settings;
  private final Scheduler scheduler;
  private final Set<Fingerprint> learned = ConcurrentHashMap.newKeySet();
  private volatile int lastGoodHost;

  /**
   * A connector that has not connected yet.
   *
   * @param certificate what the client shows if the server asks for one
   */
  public Connector(
      Route route,
      TrustPolicy trust,
      Authenticator authenticator,
      Optional<ClientCertificate> certificate,
      Identity identity,
      LaneSettings settings,
      Scheduler scheduler) {
    this.route = route;
    this.trust = trust;
    this.authenticator = authenticator;
    this.certificate = certificate;
    this.identity = identity;
    this.settings = settings;
    this.scheduler = scheduler;
  }

  /** The server's address, for people and metrics. */
  public String address() {
    return route.address();
  }

  /**
   * Connects.
   *
   * @param owner is told of everything once the link is complete
   * @return the link, authenticated; or why there is none
   */
  CompletableFuture<Link> connect(EventLoop loop, String database, Link.Events owner) {
    return switch (route) {
      case Route.Socket socket ->
          open(loop, UnixDomainSocketAddress.of(socket.path()), null, database, owner);
      case Route.Tcp tcp -> {
        int first = lastGoodHost;
        yield inTurn(
            tcp.hosts().size(),
            turn -> {
              int index = (first + turn) % tcp.hosts().size();
              return connectHost(loop, tcp.hosts().get(index), tcp.tls(), database, owner)
                  .whenComplete(
                      (link, error) -> {
                        if (link != null) {
                          lastGoodHost = index;
                        }
                      });
            });
      }
    };
  }

  private CompletableFuture<Link> connectHost(
      EventLoop loop, Endpoint host, boolean tls, String database, Link.Events owner) {
    return inBackground(() -> resolve(host))
        .thenCompose(
            addresses ->
                inTurn(
                    addresses.size(),
                    turn -> connectAddress(loop, host, addresses.get(turn), tls, database, owner)));
  }

  private CompletableFuture<Link> connectAddress(
      EventLoop loop,
      Endpoint host,
      InetAddress address,
      boolean tls,
      String database,
      Link.Events owner) {
    InetSocketAddress target = new InetSocketAddress(address, host.port());
    if (!tls) {
      return open(loop, target, null, database, owner);
    }
    return inBackground(
            () ->
                new ServerCheck(
                    trust,
                    host.host(),
                    host.port(),
                    address.isLoopbackAddress(),
                    learned,
                    certificate))
        .thenCompose(check -> open(loop, target, check, database, owner));
  }

  /**
   * Tries one after the other until one succeeds, or one fails in a way that the next would not
   * mend.
   */
  private static CompletableFuture<Link> inTurn(
      int count, IntFunction<CompletableFuture<Link>> attempt) {
    CompletableFuture<Link> result = attempt.apply(0);
    for (int i = 1; i < count; i++) {
      int turn = i;
      result =
          result.exceptionallyCompose(
              error -> {
                boolean hopeless =
                    Failures.unwrap(error) instanceof VelocityException known
                        && known.retry() == Retry.NEVER;
                return hopeless ? CompletableFuture.failedFuture(error) : attempt.apply(turn);
              });
    }
    return result;
  }

  private static List<InetAddress> resolve(Endpoint host) {
    try {
      return Arrays.asList(InetAddress.getAllByName(host.host()));
    } catch (UnknownHostException e) {
      throw Failures.of(e, host.toString());
    }
  }

  private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, BLOCKING);
  }

  // ---- One connection

  private CompletableFuture<Link> open(
      EventLoop loop,
      SocketAddress target,
      @Nullable ServerCheck check,
      String database,
      Link.Events owner) {
    CompletableFuture<Link> result = new CompletableFuture<>();
    Handshake handshake =
        new Handshake(scheduler, settings, authenticator, identity, route.address());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis());
    if (target instanceof UnixDomainSocketAddress) {
      bootstrap.channel(NioDomainSocketChannel.class);
    } else {
      bootstrap
          .channel(NioSocketChannel.class)
          .option(ChannelOption.TCP_NODELAY, true)
          .option(ChannelOption.SO_KEEPALIVE, true);
    }
    bootstrap.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            if (check != null) {
              SslHandler ssl = new SslHandler(check.engine());
              ssl.setHandshakeTimeoutMillis(0);
              channel.pipeline().addLast("tls", ssl);
            }
            channel.pipeline().addLast("link", handshake.link(channel));
          }
        });
    ChannelFuture connecting = bootstrap.connect(target);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            result.completeExceptionally(Failures.of(connected.cause(), route.address()));
            return;
          }
          authenticate(loop, connecting.channel(), handshake, check, database, owner, result);
        });
    return result;
  }

  private void authenticate(
      EventLoop loop,
      Channel channel,
      Handshake handshake,
      @Nullable ServerCheck check,
      String database,
      Link.Events owner,
      CompletableFuture<Link> result) {
    Scheduler.Timer timer =
        scheduler.schedule(
            loop,
            () -> {
              result.completeExceptionally(
                  new ConnectionFailedException(
                      route.address()
                          + " did not finish the handshake within "
                          + Durations.format(settings.handshakeTimeout())));
              var _ = channel.close();
            },
            settings.handshakeTimeout().toNanos());
    var _ =
        handshake
            .run(channel, check, database, route instanceof Route.Socket)
            .thenCompose(agreed -> remember(check, agreed))
            .whenCompleteAsync(
                (agreed, error) -> {
                  timer.cancel();
                  if (error != null) {
                    result.completeExceptionally(
                        refusal(check).orElseGet(() -> Failures.of(error, route.address())));
                    var _ = channel.close();
                    return;
                  }
                  Link link = handshake.link();
                  link.handOver(owner, agreed.session());
                  if (!result.complete(link)) {
                    var _ = channel.close();
                  }
                },
                loop);
  }

  private static Optional<VelocityException> refusal(@Nullable ServerCheck check) {
    return check == null ? Optional.empty() : check.refusal().map(refusal -> refusal);
  }

  private CompletableFuture<Handshake.Agreed> remember(
      @Nullable ServerCheck check, Handshake.Agreed agreed) {
    if (check == null) {
      return CompletableFuture.completedFuture(agreed);
    }
    agreed.nextFingerprint().ifPresent(learned::add);
    return inBackground(
        () -> {
          check.remember(agreed.nextFingerprint());
          return agreed;
        });
  }
}
