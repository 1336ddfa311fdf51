package io.velocitydb.server.session;

import io.netty.channel.Channel;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Session.Kind;
import io.velocitydb.server.user.Principal;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected, from where, since when, and to which database. Changed on the connection's
 * event loop only; any thread may read it, counts a moment late.
 */
public final class SessionIdentity {
  private final SessionEnvironment environment;
  private final long id;
  private final Kind kind;
  private final long openedMs = System.currentTimeMillis();

  private volatile String address = "";
  private volatile @Nullable Principal principal;
  private volatile @Nullable OpenDatabase database;
  private volatile String clientName = "";
  private volatile String clientVersion = "";
  private long requests;
  private long lastRequestNanos;

  SessionIdentity(SessionEnvironment environment, Kind kind) {
    this.environment = environment;
    this.kind = kind;
    id = environment.registry().newId();
    principal = kind == Kind.LOCAL ? Principal.LOCAL : null;
    lastRequestNanos = environment.nanoTime();
  }

  void opened(Channel channel) {
    address = kind == Kind.LOCAL ? "local" : text(channel.remoteAddress());
  }

  private static String text(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? (inet.getAddress() instanceof java.net.Inet6Address
                ? "[" + inet.getAddress().getHostAddress() + "]"
                : inet.getAddress().getHostAddress())
            + ":"
            + inet.getPort()
        : String.valueOf(remote);
  }

  /** Unique since the server started. */
  public long id() {
    return id;
  }

  /** How it came in. */
  public Kind kind() {
    return kind;
  }

  /** {@code host:port} of the other side, or {@code local}. */
  public String address() {
    return address;
  }

  /** When it was opened, in milliseconds since the Unix epoch. */
  public long openedMs() {
    return openedMs;
  }

  /** Who it is, or null while that is unknown. */
  public @Nullable Principal principal() {
    return principal;
  }

  /** The database in use, or null. */
  public @Nullable OpenDatabase database() {
    return database;
  }

  /** What the client calls itself; empty when it did not say. */
  public String clientName() {
    return clientName;
  }

  /** The client's version; empty when it did not say. */
  public String clientVersion() {
    return clientVersion;
  }

  /** Whole requests so far. */
  public long requests() {
    return requests;
  }

  /** Milliseconds since the last whole request, or since it was opened. */
  public long idleMs() {
    return Math.max(0, (environment.nanoTime() - lastRequestNanos) / 1_000_000);
  }

  /** By which memory is shared out; all who are not known yet are one. */
  String userName() {
    Principal present = principal;
    return present == null ? "" : present.name();
  }

  long lastRequestNanos() {
    return lastRequestNanos;
  }

  void countRequest(long nowNanos) {
    requests++;
    lastRequestNanos = nowNanos;
  }

  boolean isAuthenticated() {
    return principal != null;
  }

  Principal requirePrincipal() {
    Principal present = principal;
    if (present == null) {
      throw new RequestException(ErrorCode.UNAUTHENTICATED, "log in first: HELLO, then AUTH");
    }
    return present;
  }

  void authenticated(Principal known) {
    principal = known;
  }

  /** Selects a database, or none. */
  public void use(@Nullable OpenDatabase selected) {
    database = selected;
  }

  /** Keeps what the client says of itself. */
  public void client(String name, String version) {
    clientName = name;
    clientVersion = version;
  }

  /**
   * Makes sure that role and scopes are those of now.
   *
   * @throws RequestException SESSION_EXPIRED when the user or token is gone
   */
  void refresh() {
    Principal present = requirePrincipal();
    if (environment.users().isCurrent(present)) {
      return;
    }
    principal =
        environment
            .users()
            .refresh(present)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.SESSION_EXPIRED,
                        present.isToken()
                            ? "the "
                                + present.name()
                                + " has expired, was dropped, or its owner has lost these rights;"
                                + " connect again with another"
                            : "the user "
                                + present.name()
                                + " was dropped; connect again as another user"));
  }
}
