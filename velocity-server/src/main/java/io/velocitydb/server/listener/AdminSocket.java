package io.velocitydb.server.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The local administration socket: {@code admin.sock} in the data directory, for the server's own
 * user alone. It is bound inside a folder that nobody else may enter, given its mode, and only then
 * moved to its place: so nobody can slip in between.
 *
 * <p>Where the path would be longer than a socket's may be, it lies in the user's runtime folder.
 */
public final class AdminSocket implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AdminSocket.class);
  private static final String NAME = "admin.sock";
  private static final int PATH_BYTES_MAX = 107;

  private final Path path;
  private final Channel channel;

  private AdminSocket(Path path, Channel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens the socket of a data directory, which this process has locked: what is left there of an
   * earlier one is replaced.
   *
   * @param loops the event loops that serve it
   * @param sessions makes the handler of a new connection, called on its event loop
   */
  public static AdminSocket open(
      Path dataDir, EventLoopGroup loops, Supplier<? extends ChannelHandler> sessions)
      throws IOException {
    Path path = pathFor(dataDir.toAbsolutePath().normalize(), System.getenv());
    Path hidden = Files.createTempDirectory(path.getParent(), ".a", ownerOnly("rwx------"));
    Path unnamed = hidden.resolve("s");
    Channel channel = null;
    try {
      channel = bind(unnamed, loops, sessions);
      Files.setPosixFilePermissions(unnamed, PosixFilePermissions.fromString("rw-------"));
      move(unnamed, path);
      return new AdminSocket(path, channel);
    } catch (IOException e) {
      if (channel != null) {
        var _ = channel.close();
      }
      Files.deleteIfExists(unnamed);
      throw e;
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Stops listening and removes the socket; connections stay. */
  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warnf("cannot remove %s: %s", path, e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("cannot put the socket to " + to, e);
    }
  }

  /** In the data directory, or, where that is too deep, in the user's runtime folder. */
  static Path pathFor(Path dataDir, Map<String, String> environment) throws IOException {
    Path path = dataDir.resolve(NAME);
    if (path.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX) {
      return path;
    }
    String name = "velocity-" + Integer.toHexString(dataDir.toString().hashCode()) + ".sock";
    Optional<Path> runtime =
        Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
            .map(Path::of)
            .filter(Files::isDirectory);
    if (runtime.isPresent()) {
      return runtime.get().resolve(name);
    }
    Path own =
        Path.of(System.getProperty("java.io.tmpdir"))
            .resolve("velocity-" + System.getProperty("user.name"));
    if (!Files.isDirectory(own)) {
      Files.createDirectory(own, ownerOnly("rwx------"));
    }
    return own.resolve(name);
  }

  private static java.nio.file.attribute.FileAttribute<?> ownerOnly(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  private static Channel bind(
      Path at, EventLoopGroup loops, Supplier<? extends ChannelHandler> sessions)
      throws IOException {
    boolean epoll = loops instanceof EpollEventLoopGroup;
    Class<? extends ServerChannel> kind =
        epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    SocketAddress address =
        epoll ? new DomainSocketAddress(at.toFile()) : UnixDomainSocketAddress.of(at);
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(kind)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted.pipeline().addLast("session", sessions.get());
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot bind " + at + ": " + bound.cause(), bound.cause());
    }
    return bound.channel();
  }
}
