package io.velocitydb.server.lifecycle;

import com.sun.management.ThreadMXBean;
import io.prometheus.client.CollectorRegistry;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.Settings;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.DbCreateRequest;
import io.velocitydb.protocol.fbs.TokenCreateResponse;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.health.EventLoopWatch;
import io.velocitydb.server.health.ServerState;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** A whole server in this JVM, over a folder of the test's and on free ports. */
public final class TestServer implements AutoCloseable {
  private static final String VERSION = "0.0.0-test";

  private final Vertx vertx;
  private final VelocityServer server;
  private final ServerState state;
  private final Map<Duration, Runnable> ticks;
  private final AtomicReference<LongSupplier> nanoTime;
  private final AtomicReference<LongSupplier> nowMs;

  private TestServer(
      Vertx vertx,
      VelocityServer server,
      ServerState state,
      Map<Duration, Runnable> ticks,
      AtomicReference<LongSupplier> nanoTime,
      AtomicReference<LongSupplier> nowMs) {
    this.vertx = vertx;
    this.server = server;
    this.state = state;
    this.ticks = ticks;
    this.nanoTime = nanoTime;
    this.nowMs = nowMs;
  }

  /**
   * With the settings of a test: loopback, free ports, little memory, the pointer in the folder.
   */
  public static TestServer start(Path folder, Map<String, String> flags) throws StartProblem {
    return start(folder, flags, Optional.empty());
  }

  /** The same, with its figures in a registry. */
  public static TestServer start(
      Path folder, Map<String, String> flags, Optional<CollectorRegistry> prometheus)
      throws StartProblem {
    Map<String, String> all = new HashMap<>();
    all.put("server.bind_address", "127.0.0.1:0");
    all.put("server.management_bind_address", "127.0.0.1:0");
    all.put("server.data_dir", folder.resolve("data").toString());
    all.put("database.memory_limit", "64MiB");
    all.putAll(flags);
    System.setProperty("velocity.home", folder.resolve("home").toString());
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(!"nio".equals(flags.get("server.transport")))
                .setEventLoopPoolSize(2));
    ServerState state = new ServerState();
    Map<Duration, Runnable> ticks = new ConcurrentHashMap<>();
    AtomicReference<LongSupplier> nanoTime = new AtomicReference<>(System::nanoTime);
    AtomicReference<LongSupplier> nowMs = new AtomicReference<>(System::currentTimeMillis);
    VelocityServer server =
        new VelocityServer(
            settings(all),
            vertx,
            state,
            new EventLoopWatch(),
            prometheus,
            VERSION,
            new ServerTime(
                () -> nanoTime.get().getAsLong(),
                () -> nowMs.get().getAsLong(),
                (interval, work) -> {
                  ticks.put(interval, work);
                  return () -> ticks.remove(interval);
                }));
    try {
      server.start(Optional.empty());
    } catch (StartProblem | RuntimeException e) {
      vertx.close();
      throw e;
    }
    return new TestServer(vertx, server, state, ticks, nanoTime, nowMs);
  }

  public static TestServer start(Path folder) throws StartProblem {
    return start(folder, Map.of());
  }

  static Settings settings(Map<String, String> flags) {
    try {
      return ConfigLoader.load(
          new ConfigLoader.Sources(flags, Optional.empty(), List.of(), Map.of()));
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), server.serverFile().vproto().port());
  }

  /** The RESP listener; only if a flag opened it. */
  public InetSocketAddress respAddress() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), server.serverFile().resp().orElseThrow().port());
  }

  public VelocityServer server() {
    return server;
  }

  public ServerState state() {
    return state;
  }

  /** What the server would do after each of these intervals; the test's to run. */
  public Map<Duration, Runnable> ticks() {
    return ticks;
  }

  /** From now on this is the time for requests. */
  public void nanoTime(LongSupplier clock) {
    nanoTime.set(clock);
  }

  /** From now on this is the time by which passwords and tokens expire. */
  public void nowMs(LongSupplier clock) {
    nowMs.set(clock);
  }

  public String fingerprint() {
    return server.serverFile().fingerprint().orElseThrow();
  }

  public Path adminSocket() {
    return server.serverFile().adminSocket();
  }

  /** A connection to the administration socket. */
  public RawConnection local() throws IOException {
    return RawConnection.local(adminSocket());
  }

  /** A connection with TLS, nobody logged in. */
  public RawConnection tls() throws IOException {
    return RawConnection.tls(address());
  }

  /** A connection with TLS of a user whose password is its name. */
  public RawConnection login(String user) throws IOException {
    return tls().login(user, user);
  }

  /** Creates a user whose password is its name. */
  public void createUser(String name, Role role, ScopeOf... scopes) throws IOException {
    createUser(name, role, 0, scopes);
  }

  /** The same, with a rate limit of its own. */
  public void createUser(String name, Role role, int rateLimitPerSecond, ScopeOf... scopes)
      throws IOException {
    administer(
        Frames.of(
            Opcode.USER_CREATE,
            (message, table) -> {
              message.putString(table, UserCreateRequest.NAME, name);
              message.putBytes(table, UserCreateRequest.PASSWORD, Frames.utf8(name));
              message.putByte(table, UserCreateRequest.ROLE, role.number());
              message.putInt(table, UserCreateRequest.RATE_LIMIT_PER_SECOND, rateLimitPerSecond);
              Frames.putScopes(message, table, UserCreateRequest.SCOPES, scopes);
            }));
  }

  /** Makes a token through the administration socket, without owner. */
  public Token createToken(String name, Role role, long expiresMs, ScopeOf... scopes)
      throws IOException {
    return token(administer(Frames.createToken(name, role, expiresMs, scopes)));
  }

  /** The token of an answer. */
  public static Token token(Frame answer) {
    TokenCreateResponse created = TokenCreateResponse.getRootAsTokenCreateResponse(answer.table());
    byte[] text = new byte[created.tokenLength()];
    created.tokenAsByteBuffer().get(text);
    return Token.read(text).orElseThrow();
  }

  /** A database and a prefix in it. */
  public record ScopeOf(String database, String prefix) {}

  public void createDatabase(String name) throws IOException {
    administer(
        Frames.of(
            Opcode.DB_CREATE,
            (message, table) -> message.putString(table, DbCreateRequest.NAME, name)));
  }

  /** Sends a request to the administration socket, which must succeed. */
  public Frame administer(byte[] request) throws IOException {
    try (RawConnection local = local()) {
      Frame answer = local.call(request);
      if (answer.isError()) {
        throw new AssertionError(answer.toString());
      }
      return answer;
    }
  }

  /** What the event loops of this JVM have allocated on the heap so far. */
  public static long bytesAllocatedByLoops() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().contains("eventloop")) {
        bytes += threads.getThreadAllocatedBytes(info.getThreadId());
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    try {
      server.close();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
