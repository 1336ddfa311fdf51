package io.velocitydb.server.listener;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.velocitydb.config.HostPort;
import io.velocitydb.server.tls.ClientAuthority;
import io.velocitydb.server.tls.ServerCertificate;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * A port, of V-Proto or of RESP: a Vert.x {@link NetServer} per event loop, TLS 1.3 by the JDK's
 * engine.
 *
 * <p>Vert.x binds, spreads connections over the loops and does the TLS handshake. Behind it the
 * session stands in the Netty pipeline itself, before Vert.x' own handler: so it sees the network's
 * buffers without a copy, and knows the end of each read, when answers are flushed.
 */
public final class PortListener implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PortListener.class);
  private static final String VERTX_HANDLER = "handler";
  private static final int ACCEPT_BACKLOG = 1_024;

  /** How long a client may take for the TLS handshake, in seconds. */
  public static final int TLS_HANDSHAKE_SECONDS_MAX = 10;

  private static final long CLOSE_SECONDS_MAX = 10;

  /** Tells the listeners apart whose port may be any free one. */
  private static final AtomicInteger ANY_FREE = new AtomicInteger();

  private final Vertx vertx;
  private final String deployment;
  private final HostPort address;
  private final Queue<NetServer> servers;

  private PortListener(Vertx vertx, String deployment, HostPort address, Queue<NetServer> servers) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.address = address;
    this.servers = servers;
  }

  /**
   * Opens the port and returns when it accepts connections.
   *
   * @param address where to bind; port 0 takes any free one
   * @param certificate empty for plaintext
   * @param clients who vouches for certificates of clients; empty: they are not asked for one
   * @param loops how many event loops serve it
   * @param sessions makes the handler of a new connection, called on its event loop
   * @throws java.io.IOException if the address cannot be bound
   */
  public static PortListener open(
      Vertx vertx,
      HostPort address,
      Optional<ServerCertificate> certificate,
      Optional<ClientAuthority> clients,
      int loops,
      Supplier<? extends ChannelHandler> sessions)
      throws java.io.IOException {
    NetServerOptions options = options(address);
    certificate.ifPresent(own -> secure(options, own, clients));
    Queue<NetServer> servers = new ConcurrentLinkedQueue<>();
    AtomicInteger port = new AtomicInteger();
    try {
      String deployment =
          vertx
              .deployVerticle(
                  () -> new Loop(options, sessions, port, servers),
                  new DeploymentOptions().setInstances(loops))
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      return new PortListener(vertx, deployment, address.withPort(port.get()), servers);
    } catch (ExecutionException | CompletionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof java.io.IOException io
          ? io
          : new java.io.IOException(String.valueOf(cause == null ? e : cause.getMessage()), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.IOException("interrupted while opening " + address, e);
    }
  }

  /** What was really bound. */
  public HostPort address() {
    return address;
  }

  /**
   * From now on new connections are shown this certificate. Open ones keep theirs.
   *
   * @param clients as for {@link #open}; may be empty only if they were
   * @throws java.io.IOException if it cannot be used; then everything is as before
   */
  public void use(ServerCertificate certificate, Optional<ClientAuthority> clients)
      throws java.io.IOException {
    NetServerOptions options = options(address);
    secure(options, certificate, clients);
    try {
      // The servers of all loops are one to Vert.x, and so is what they use for TLS.
      servers
          .element()
          .updateSSLOptions(options.getSslOptions())
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.IOException("interrupted", e);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new java.io.IOException("the listener on " + address + " did not take it: " + e, e);
    }
  }

  /** Stops listening. Connections that were still open are closed. */
  @Override
  public void close() {
    try {
      vertx
          .undeploy(deployment)
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      LOG.warnf("the listener on %s did not close: %s", address, e);
    }
  }

  private static NetServerOptions options(HostPort address) {
    return new NetServerOptions()
        .setHost(address.host())
        // Vert.x shares each negative "random" port among the servers of all loops.
        .setPort(address.port() == 0 ? -ANY_FREE.incrementAndGet() : address.port())
        .setAcceptBacklog(ACCEPT_BACKLOG)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setReuseAddress(true);
  }

  private static void secure(
      NetServerOptions options, ServerCertificate own, Optional<ClientAuthority> clients) {
    options
        .setSsl(true)
        .setSslEngineOptions(new JdkSSLEngineOptions())
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
        .setSslHandshakeTimeout(TLS_HANDSHAKE_SECONDS_MAX)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(own.certificatePem()))
                .addKeyValue(Buffer.buffer(own.keyPem())));
    clients.ifPresent(authority -> askForCertificate(options, authority));
  }

  /** Who has none may still log in otherwise; a bad one ends the TLS handshake. */
  private static void askForCertificate(NetServerOptions options, ClientAuthority authority) {
    options
        .setClientAuth(ClientAuth.REQUEST)
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority.pem())));
  }

  /** The server of one event loop. */
  private static final class Loop extends AbstractVerticle {
    private final NetServerOptions options;
    private final Supplier<? extends ChannelHandler> sessions;
    private final AtomicInteger port;
    private final Queue<NetServer> servers;

    Loop(
        NetServerOptions options,
        Supplier<? extends ChannelHandler> sessions,
        AtomicInteger port,
        Queue<NetServer> servers) {
      this.options = options;
      this.sessions = sessions;
      this.port = port;
      this.servers = servers;
    }

    @Override
    public void start(Promise<Void> started) {
      vertx
          .createNetServer(options)
          .connectHandler(this::accept)
          .exceptionHandler(Loop::handshakeFailed)
          .listen()
          .onSuccess(
              server -> {
                port.set(server.actualPort());
                servers.add(server);
              })
          .<Void>mapEmpty()
          .onComplete(started);
    }

    private void accept(NetSocket socket) {
      ChannelPipeline pipeline = ((NetSocketInternal) socket).channelHandlerContext().pipeline();
      pipeline.addBefore(VERTX_HANDLER, "session", sessions.get());
    }

    private static void handshakeFailed(Throwable failure) {
      LOG.debugf("a connection ended before its TLS handshake did: %s", failure.getMessage());
    }
  }
}
