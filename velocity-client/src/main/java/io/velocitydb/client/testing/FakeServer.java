package io.velocitydb.client.testing;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.Fingerprint;
import io.velocitydb.protocol.scram.Token;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * A Velocity server in memory for tests, on a free port of the loopback interface.
 *
 * <p>It takes connections by TLS 1.3 unless told otherwise, authenticates one user, and answers all
 * commands on keys. Its clock only moves on with {@link #passTime}. What goes wrong is told to
 * {@link #faults()}. Thread safe; close it after use.
 */
public final class FakeServer implements AutoCloseable {

  /** How a fake server is to be made. */
  public static final class Builder {
    private boolean tls = true;
    private @Nullable Path socket;
    private int port;
    private TestCertificate certificate = TestCertificate.selfSigned();
    private FakeLogin.Account account = FakeLogin.Account.of("user", "password");
    private Optional<Token> token = Optional.empty();
    private String nextFingerprint = "";
    private List<String> bindings =
        List.of(
            AuthMessage.BINDING_EXPORTER,
            AuthMessage.BINDING_CERTIFICATE,
            AuthMessage.BINDING_NONE);

    private Builder() {}

    /** Without TLS, for {@code vdb+plain://}. */
    public Builder plaintext() {
      tls = false;
      return this;
    }

    /**
     * On a Unix domain socket, without TLS and without credentials, as the local administration
     * socket.
     */
    public Builder adminSocket(Path path) {
      tls = false;
      socket = path;
      return this;
    }

    /** On that port instead of a free one. */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /** With that certificate instead of a fresh one that signs itself. */
    public Builder certificate(TestCertificate shown) {
      certificate = shown;
      return this;
    }

    /** With that user instead of {@code user} with the password {@code password}. */
    public Builder user(String name, String password) {
      account = FakeLogin.Account.of(name, password);
      return this;
    }

    /** With that token too, {@code vdb_} and 54 characters. */
    public Builder token(String text) {
      token = Optional.of(Token.parse(text));
      return this;
    }

    /** With Argon2id parameters other than 19,456 KiB, 2 and 1. */
    public Builder argon2(int memoryKib, int iterations, int parallelism) {
      account = account.with(memoryKib, iterations, parallelism);
      return this;
    }

    /** Announces the fingerprint of its next key. */
    public Builder nextFingerprint(Fingerprint next) {
      nextFingerprint = next.toString();
      return this;
    }

    /** Binds logins to the connection by one of these types, the first that the client offers. */
    public Builder bindings(String... types) {
      bindings = List.of(types);
      return this;
    }

    /** Starts it. */
    public FakeServer start() {
      return new FakeServer(this);
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String DEFAULT_DATABASE = "default";

  private final Builder made;
  private final EventLoopGroup loop =
      new NioEventLoopGroup(1, new DefaultThreadFactory("fake-velocity", true));
  private final Channel listener;
  private final Faults faults = new Faults(this::replyHeld);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong passedMillis = new AtomicLong();
  private final long startMillis = System.currentTimeMillis();
  private final Set<FakeConnection> open = ConcurrentHashMap.newKeySet();
  private final Map<Opcode, Function<ByteBuffer, ByteBuffer>> answers = new EnumMap<>(Opcode.class);
  private final List<String> received = new ArrayList<>();
  private long accepted;

  // The loop's own.
  private final Map<String, FakeStore> databases = new ConcurrentHashMap<>();
  private long lastVersion = 1_000_000;

  private FakeServer(Builder builder) {
    made = builder;
    databases.put(DEFAULT_DATABASE, newStore());
    ServerBootstrap bootstrap = new ServerBootstrap().group(loop);
    SocketAddress address;
    if (builder.socket != null) {
      bootstrap.channel(NioServerDomainSocketChannel.class);
      address = UnixDomainSocketAddress.of(builder.socket);
    } else {
      bootstrap.channel(NioServerSocketChannel.class);
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), builder.port);
    }
    bootstrap.childHandler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            accept(channel);
          }
        });
    listener = bootstrap.bind(address).syncUninterruptibly().channel();
  }

  /** Begins a server. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * One with TLS, a fresh certificate, and the user {@code user} with the password {@code
   * password}.
   */
  public static FakeServer start() {
    return builder().start();
  }

  // ---- For tests

  /** The address with user and password, as a client takes it. */
  public String endpoint() {
    return (made.tls ? "vdb://" : "vdb+plain://")
        + made.account.user()
        + ":"
        + made.account.password()
        + "@127.0.0.1:"
        + port();
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** The fingerprint of its key. */
  public Fingerprint fingerprint() {
    return made.certificate.fingerprint();
  }

  /** What it does wrong. */
  public Faults faults() {
    return faults;
  }

  /** Creates an empty database. */
  public void createDatabase(String name) {
    databases.put(name, newStore());
  }

  /** Moves its clock forward, so that entries expire. */
  public void passTime(Duration duration) {
    passedMillis.addAndGet(duration.toMillis());
  }

  /**
   * Answers a command by a function from the request's table to the response's, for commands that
   * this server does not know.
   */
  public void answer(Opcode opcode, Function<ByteBuffer, ByteBuffer> function) {
    synchronized (answers) {
      answers.put(opcode, function);
    }
  }

  /** The names of the commands received after authentication, in order. */
  public List<String> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /**
   * Waits until that many commands were received.
   *
   * @throws IllegalStateException if that takes longer than 20 seconds
   */
  public void awaitReceived(int commands) throws InterruptedException {
    await(() -> received.size() >= commands, commands + " commands");
  }

  /** How many connections were accepted so far. */
  public long connectionsAccepted() {
    synchronized (received) {
      return accepted;
    }
  }

  /**
   * Waits until that many connections were accepted.
   *
   * @throws IllegalStateException if that takes longer than 20 seconds
   */
  public void awaitAccepted(long connections) throws InterruptedException {
    await(() -> accepted >= connections, connections + " connections");
  }

  /** Closes all connections without a word, and returns when that is done. */
  public void dropConnections() {
    open.forEach(FakeConnection::dropAndWait);
  }

  /** Closes all connections and stops to listen. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    listener.close().syncUninterruptibly();
    dropConnections();
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void await(BooleanSupplier reached, String what) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    synchronized (received) {
      while (!reached.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new IllegalStateException(
              "waited in vain for "
                  + what
                  + "; received "
                  + received
                  + " on "
                  + accepted
                  + " connections");
        }
        received.wait(left);
      }
    }
  }

  // ---- For its connections

  private void accept(Channel channel) {
    FakeConnection connection = new FakeConnection(this, channel);
    open.add(connection);
    channel.closeFuture().addListener(closed -> open.remove(connection));
    boolean refused = faults.refusesConnections();
    synchronized (received) {
      accepted++;
      received.notifyAll();
    }
    if (refused) {
      var _ = channel.close();
      return;
    }
    if (made.tls) {
      SslHandler tls = FakeLogin.tls(made.certificate);
      channel.pipeline().addLast(tls);
      connection.login(login(Optional.of(made.certificate), Optional.of(tls.engine())));
    } else if (made.socket == null) {
      connection.login(login(Optional.empty(), Optional.empty()));
    }
    channel.pipeline().addLast(connection);
  }

  private FakeLogin login(Optional<TestCertificate> certificate, Optional<SSLEngine> engine) {
    return new FakeLogin(
        made.account, made.token, certificate, engine, made.nextFingerprint, made.bindings);
  }

  void note(Opcode opcode) {
    synchronized (received) {
      received.add(opcode.name());
      received.notifyAll();
    }
  }

  Optional<Function<ByteBuffer, ByteBuffer>> answerOf(Opcode opcode) {
    synchronized (answers) {
      return Optional.ofNullable(answers.get(opcode));
    }
  }

  @Nullable FakeStore database(String name) {
    return databases.get(name);
  }

  void replaceDatabase(String name, FakeStore store) {
    databases.put(name, store);
  }

  private void replyHeld() {
    open.forEach(FakeConnection::replyHeld);
  }

  private FakeStore newStore() {
    return new FakeStore(() -> startMillis + passedMillis.get(), () -> ++lastVersion);
  }
}
