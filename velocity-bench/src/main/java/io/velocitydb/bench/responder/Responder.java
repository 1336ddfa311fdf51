package io.velocitydb.bench.responder;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.velocitydb.bench.load.Protocol;
import io.velocitydb.bench.load.Sockets;
import io.velocitydb.client.testing.TestCertificate;
import io.velocitydb.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A server without a database, on a free loopback port. Its replies have the form and the length of
 * real ones; no login is asked for. One event loop, which as many requests as come share.
 */
public final class Responder implements AutoCloseable {
  private final EventLoopGroup group = Sockets.eventLoops(1);
  private final LongAdder requests = new LongAdder();
  private final Channel listener;

  private Responder(Protocol protocol, boolean tls, int valueBytes) throws IOException {
    Optional<SslContext> context = tls ? Optional.of(certificate()) : Optional.empty();
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(Sockets.server())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    context.ifPresent(
                        ssl -> channel.pipeline().addLast(ssl.newHandler(channel.alloc())));
                    RequestReader reader =
                        protocol == Protocol.RESP
                            ? new RespRequests(CannedReplies.resp(valueBytes))
                            : new VProtoRequests(CannedReplies.vproto(valueBytes));
                    channel.pipeline().addLast(new ResponderConnection(reader, requests));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  /** Listens. */
  public static Responder start(Protocol protocol, boolean tls, int valueBytes) throws IOException {
    return new Responder(protocol, tls, valueBytes);
  }

  private static SslContext certificate() throws IOException {
    TestCertificate certificate = TestCertificate.selfSigned();
    return SslContextBuilder.forServer(certificate.key(), certificate.certificate())
        .protocols("TLSv1.3")
        .build();
  }

  /** Where it listens. */
  public HostPort address() {
    return new HostPort("127.0.0.1", ((InetSocketAddress) listener.localAddress()).getPort());
  }

  /** Requests answered so far. */
  public long requests() {
    return requests.sum();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
