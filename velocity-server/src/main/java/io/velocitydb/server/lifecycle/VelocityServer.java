package io.velocitydb.server.lifecycle;

import io.netty.channel.EventLoopGroup;
import io.prometheus.client.CollectorRegistry;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigKey;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.Keys;
import io.velocitydb.config.MemoryPlan;
import io.velocitydb.config.ServerFile;
import io.velocitydb.config.Settings;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.administration.AdministrationCommands;
import io.velocitydb.server.administration.ServerControl;
import io.velocitydb.server.auth.Handshake;
import io.velocitydb.server.auth.PasswordLogin;
import io.velocitydb.server.auth.V1Handshake;
import io.velocitydb.server.command.KeyCommands;
import io.velocitydb.server.config.EngineSettings;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.health.EventLoopWatch;
import io.velocitydb.server.health.ServerState;
import io.velocitydb.server.health.ServerState.Phase;
import io.velocitydb.server.hotkeys.HotKeys;
import io.velocitydb.server.listener.AdminSocket;
import io.velocitydb.server.listener.PortListener;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.prometheus.ServerMetrics;
import io.velocitydb.server.report.IntervalReport;
import io.velocitydb.server.resp.RespService;
import io.velocitydb.server.resp.RespSession;
import io.velocitydb.server.resp.ServerFacts;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.DurabilityRule;
import io.velocitydb.server.session.LargeFrameBudget;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.session.SessionEnvironment;
import io.velocitydb.server.session.SessionEnvironment.Deadlines;
import io.velocitydb.server.session.SessionEnvironment.Observation;
import io.velocitydb.server.session.SessionRegistry;
import io.velocitydb.server.session.VProtoSession;
import io.velocitydb.server.session.WorkPools;
import io.velocitydb.server.slowlog.SlowLog;
import io.velocitydb.server.tls.CertificateFolder;
import io.velocitydb.server.tls.CertificateProblem;
import io.velocitydb.server.tls.CertificateWatch;
import io.velocitydb.server.user.Users;
import io.velocitydb.server.v1.AnyVersionSession;
import io.velocitydb.server.v1.V1Commands;
import io.velocitydb.server.v1.V1Service;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A server from its settings to ready, and down again. {@link #start} reads from top to bottom;
 * what it opens is closed in the opposite order, also when a later step fails.
 */
public final class VelocityServer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(VelocityServer.class);

  /** How long connections may take to get their answers when the server goes down. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  /** The share of the network's memory that large frames may take. */
  private static final int LARGE_FRAME_SHARE = 4;

  private final Settings settings;
  private final Vertx vertx;
  private final ServerState state;
  private final EventLoopWatch loopWatch;
  private final Optional<CollectorRegistry> prometheus;
  private final String version;
  private final ServerTime time;
  private final Instant started = Instant.now();
  private final ReentrantLock way = new ReentrantLock();
  private volatile boolean stopWanted;

  // Guarded by way: up and down do not meet.
  private final ArrayDeque<Runnable> closers = new ArrayDeque<>();
  private volatile @Nullable ServerRecord record;

  VelocityServer(
      Settings settings,
      Vertx vertx,
      ServerState state,
      EventLoopWatch loopWatch,
      Optional<CollectorRegistry> prometheus,
      String version,
      ServerTime time) {
    this.settings = settings;
    this.vertx = vertx;
    this.state = state;
    this.loopWatch = loopWatch;
    this.prometheus = prometheus;
    this.version = version;
    this.time = time;
  }

  /** What it says of itself; only once it was started. */
  public ServerFile serverFile() {
    ServerRecord published = record;
    if (published == null) {
      throw new IllegalStateException("the server is not started");
    }
    return published.file();
  }

  /**
   * Starts and returns when it serves.
   *
   * @param management what the management port really bound, if it is open
   * @throws StartProblem in one line; then nothing is left open
   * @throws StoppedWhileStarting if {@link #close} was called meanwhile; then nothing is left open
   */
  void start(Optional<HostPort> management) throws StartProblem {
    way.lock();
    try {
      open(management);
      goOn();
    } catch (StartProblem | RuntimeException e) {
      goDown();
      throw e;
    } finally {
      way.unlock();
    }
  }

  /** Between two steps of the way up. */
  private void goOn() {
    if (stopWanted) {
      throw new StoppedWhileStarting();
    }
  }

  private void open(Optional<HostPort> management) throws StartProblem {
    EventLoopGroup loops = ((VertxInternal) vertx).getEventLoopGroup();
    loopWatch.watch(loops);
    DataDirectory dataDir = DataDirectory.prepare(settings.get(Keys.DATA_DIR));
    MemoryPlan memory = memory();

    goOn();
    state.enter(Phase.REPLAYING);
    Engine engine = openEngine(dataDir, memory);
    goOn();
    String damaged = engine.stats().unavailable().get(Databases.SYSTEM);
    if (damaged != null) {
      throw new StartProblem("nobody's rights are known: " + damaged);
    }
    Databases databases = Databases.of(engine);
    Users users = Users.open(databases.system(), time.nowMs());
    BootstrapAdmin.create(settings, users);
    Optional<CertificateWatch> certificates = certificates(dataDir);

    SessionRegistry registry = new SessionRegistry(settings.get(Keys.MAX_CONNECTIONS));
    Control control = new Control(dataDir, engine, registry);
    Guard guard = Guard.open(settings, dataDir, time);
    closers.push(guard::close);
    SessionEnvironment sessions = sessions(memory, databases, users, guard, registry, control);
    prometheus.ifPresent(
        into ->
            closers.push(
                new ServerMetrics(
                        version, state, sessions, guard.logins(), databases, engine, certificates)
                    .register(into)));
    closers.push(
        IntervalReport.start(
            settings.get(Keys.METRICS_INTERVAL),
            time.ticker(),
            time.nanoTime(),
            sessions,
            databases,
            engine.metrics(),
            LOG::info));

    goOn();
    // For passwords and tokens that travel as they are.
    PasswordLogin logins = new PasswordLogin(users, guard.logins());
    Session.Kind kind = certificates.isPresent() ? Session.Kind.TLS : Session.Kind.PLAIN;
    PortListener listener =
        listen(
            Keys.BIND_ADDRESS,
            settings.get(Keys.BIND_ADDRESS),
            certificates,
            true,
            loops,
            version1(sessions, databases, users, guard, logins, registry, control)
                .<Supplier<Session>>map(service -> () -> new AnyVersionSession(service, kind))
                .orElse(() -> new VProtoSession(sessions, kind)));
    Optional<PortListener> resp = Optional.empty();
    if (settings.get(Keys.RESP_BIND_ADDRESS).isPresent()) {
      RespService service = resp(sessions, databases, logins);
      resp =
          Optional.of(
              listen(
                  Keys.RESP_BIND_ADDRESS,
                  settings.get(Keys.RESP_BIND_ADDRESS).get(),
                  certificates,
                  // No command of RESP logs in by a certificate.
                  false,
                  loops,
                  () -> new RespSession(service, kind)));
    }
    AdminSocket adminSocket =
        openAdminSocket(dataDir, loops, () -> localSession(sessions, databases));
    closers.push(() -> drain(registry));
    goOn();
    publish(dataDir, management, listener, resp, adminSocket, certificates);
    certificates.ifPresent(
        watch -> closers.push(time.ticker().every(CertificateWatch.INTERVAL, watch::check)));
    state.enter(Phase.READY);
    LOG.info(Banner.text(serverFile(), dataDir.path(), users.isEmpty()).stripTrailing());
  }

  private MemoryPlan memory() throws StartProblem {
    try {
      MemoryPlan memory = EngineSettings.memory(settings);
      LOG.info(memory.describe());
      return memory;
    } catch (ConfigException e) {
      throw new StartProblem(String.valueOf(e.getMessage()), e);
    }
  }

  private Engine openEngine(DataDirectory dataDir, MemoryPlan memory) throws StartProblem {
    ThreadedBackground background = new ThreadedBackground();
    closers.push(background::close);
    EngineEnvironment environment =
        new EngineEnvironment(
            RealVfs.system(), Clock.system(), new NativeMemory(), background, state);
    try {
      Engine engine =
          Engine.open(dataDir.path(), EngineSettings.options(settings, memory), environment);
      closers.push(engine::close);
      return engine;
    } catch (EngineException e) {
      throw new StartProblem(
          switch (e.kind()) {
            case LOCKED ->
                "another server already runs on "
                    + dataDir
                    + "; stop it, or name another folder with --data-dir";
            default -> "cannot open the data directory " + dataDir + ": " + e.getMessage();
          },
          e);
    }
  }

  private Optional<CertificateWatch> certificates(DataDirectory dataDir) throws StartProblem {
    if (!settings.get(Keys.ENABLE_TLS)) {
      return Optional.empty();
    }
    Optional<Path> own = settings.get(Keys.TLS_CERT);
    CertificateFolder folder = new CertificateFolder(dataDir.tls());
    try {
      if (own.isEmpty()) {
        folder.openOrCreate(Instant.now());
      }
      Path key = own.isEmpty() ? folder.key() : settings.get(Keys.TLS_KEY).orElseThrow();
      return Optional.of(
          new CertificateWatch(
              new CertificateWatch.Files(
                  own.orElseGet(folder::certificate), key, settings.get(Keys.TLS_CLIENT_CA)),
              time.nowMs()));
    } catch (CertificateProblem e) {
      throw new StartProblem(String.valueOf(e.getMessage()), e);
    }
  }

  private SessionEnvironment sessions(
      MemoryPlan memory,
      Databases databases,
      Users users,
      Guard guard,
      SessionRegistry registry,
      ServerControl control) {
    Limits limits = Limits.DEFAULT;
    Handshake handshake = handshake(users, guard, databases);
    Observation observation =
        new Observation(
            new CommandMetrics(),
            new SlowLog(settings.get(Keys.SLOW_LOG_THRESHOLD), settings.get(Keys.SLOW_LOG_LENGTH)),
            new HotKeys(time.nanoTime()));
    Map<Opcode, Command> administration =
        AdministrationCommands.of(control, databases, users, registry, observation);
    WorkPools pools = new WorkPools();
    SessionEnvironment sessions =
        new SessionEnvironment(
            () -> {
              Map<Opcode, Command> commands = new EnumMap<>(administration);
              commands.putAll(handshake.commands());
              commands.putAll(KeyCommands.forOneThread(databases, limits));
              return commands;
            },
            users,
            limits,
            Deadlines.withIdle(settings.get(Keys.CONNECTION_TIMEOUT)),
            new DurabilityRule(
                EngineSettings.durability(settings), settings.get(Keys.ALLOW_WEAKER_DURABILITY)),
            pools,
            new LargeFrameBudget(
                Math.max(memory.network() / LARGE_FRAME_SHARE, 4 * limits.maxFrame())),
            registry,
            observation,
            guard.requests(),
            time.nanoTime());
    closers.push(pools::close);
    closers.push(sessions::close);
    return sessions;
  }

  private PortListener listen(
      ConfigKey<?> key,
      HostPort address,
      Optional<CertificateWatch> certificates,
      boolean asksForCertificates,
      EventLoopGroup loops,
      Supplier<Session> newSession)
      throws StartProblem {
    try {
      PortListener listener =
          PortListener.open(
              vertx,
              address,
              certificates.map(CertificateWatch::certificate),
              certificates.flatMap(CertificateWatch::clients).filter(_ -> asksForCertificates),
              loopCount(loops),
              newSession);
      closers.push(listener::close);
      certificates.ifPresent(
          watch ->
              watch.add(
                  (renewed, clients) ->
                      listener.use(renewed, clients.filter(_ -> asksForCertificates))));
      return listener;
    } catch (IOException e) {
      throw Ports.cannotListen(key, address, DataDirectory.reason(e), e);
    }
  }

  private Optional<V1Service> version1(
      SessionEnvironment sessions,
      Databases databases,
      Users users,
      Guard guard,
      PasswordLogin logins,
      SessionRegistry registry,
      ServerControl control) {
    if (!settings.get(Keys.ENABLE_V1)) {
      return Optional.empty();
    }
    V1Handshake handshake =
        new V1Handshake(
            handshake(users, guard, databases),
            logins,
            guard.logins(),
            databases,
            settings.get(Keys.ALLOW_V1_PASSWORD));
    V1Commands commands =
        new V1Commands(
            databases,
            sessions.limits(),
            () -> AdministrationCommands.statistics(control, databases, registry));
    return Optional.of(new V1Service(sessions, handshake, commands));
  }

  private Handshake handshake(Users users, Guard guard, Databases databases) {
    return new Handshake(users, guard.logins(), databases, Limits.DEFAULT, version);
  }

  private RespService resp(SessionEnvironment sessions, Databases databases, PasswordLogin logins) {
    ServerFacts facts =
        new ServerFacts(
            version,
            () -> Duration.between(started, Instant.now()).toSeconds(),
            settings.text(Keys.DURABILITY),
            settings.get(Keys.CONNECTION_TIMEOUT).toSeconds(),
            settings.get(Keys.MAX_CONNECTIONS));
    return new RespService(sessions, databases, settings.get(Keys.RESP_DATABASES), logins, facts);
  }

  private static int loopCount(EventLoopGroup loops) {
    int count = 0;
    for (var _ : loops) {
      count++;
    }
    return count;
  }

  /** There is no AUTH that would select a database. */
  private static Session localSession(SessionEnvironment sessions, Databases databases) {
    Session session = new VProtoSession(sessions, Session.Kind.LOCAL);
    session.identity().use(databases.find(Databases.DEFAULT).orElse(null));
    return session;
  }

  private AdminSocket openAdminSocket(
      DataDirectory dataDir, EventLoopGroup loops, Supplier<Session> sessions) throws StartProblem {
    try {
      AdminSocket socket = AdminSocket.open(dataDir.path(), loops, sessions);
      closers.push(socket::close);
      return socket;
    } catch (IOException e) {
      throw new StartProblem(
          "cannot open the administration socket in " + dataDir + ": " + DataDirectory.reason(e),
          e);
    }
  }

  private void publish(
      DataDirectory dataDir,
      Optional<HostPort> management,
      PortListener listener,
      Optional<PortListener> resp,
      AdminSocket adminSocket,
      Optional<CertificateWatch> certificates)
      throws StartProblem {
    ServerRecord published =
        ServerRecord.publish(
            dataDir,
            new ServerFile(
                ProcessHandle.current().pid(),
                version,
                listener.address(),
                Optional.empty(),
                management,
                resp.map(PortListener::address),
                adminSocket.path(),
                certificates.map(watch -> watch.certificate().fingerprint()),
                Instant.now()));
    closers.push(published::close);
    certificates.ifPresent(
        watch -> watch.add((renewed, _) -> published.fingerprint(renewed.fingerprint())));
    record = published;
  }

  // ---- Down ----

  /**
   * Answers what was accepted, syncs and closes. Without flushing memtables: the next start replays
   * the log. Does nothing when called again.
   *
   * <p>On its way up the server turns round at the next step. Only replaying the logs is one step
   * that may take long: after some seconds of that this returns, and the process may end: replaying
   * changes nothing that the next start could not replay again.
   */
  @Override
  public void close() {
    stopWanted = true;
    if (!awaitTurn()) {
      LOG.infof("the way up did not end within %s; it is left as it is", STOP_GRACE);
      return;
    }
    try {
      goDown();
    } finally {
      way.unlock();
    }
  }

  /** Whether nobody else is on the way now; then it is locked. */
  private boolean awaitTurn() {
    try {
      return way.tryLock(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return way.tryLock();
    }
  }

  private void goDown() {
    boolean served = record != null && !closers.isEmpty();
    if (served) {
      LOG.info("stopping: what was accepted is answered first");
    }
    state.enter(Phase.STOPPING);
    RuntimeException failure = null;
    Runnable closer;
    while ((closer = closers.poll()) != null) {
      try {
        closer.run();
      } catch (RuntimeException e) {
        LOG.errorf(e, "the server does not go down cleanly");
        failure = failure == null ? e : failure;
      }
    }
    state.enter(Phase.STOPPED);
    if (failure != null) {
      throw failure;
    }
    if (served) {
      LOG.info("stopped; all data is on stable storage");
    }
  }

  private static void drain(SessionRegistry registry) {
    registry.drain(true);
    awaitClosed(registry, true, STOP_GRACE);
    registry.closeAll();
  }

  private static void awaitClosed(SessionRegistry registry, boolean alsoLocal, Duration grace) {
    try {
      if (!registry.awaitClosed(alsoLocal, grace)) {
        LOG.infof("%d connections did not end within %s", registry.size(), grace);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What administration asks of this server. */
  private final class Control implements ServerControl {
    private final DataDirectory dataDir;
    private final Engine engine;
    private final SessionRegistry registry;

    Control(DataDirectory dataDir, Engine engine, SessionRegistry registry) {
      this.dataDir = dataDir;
      this.engine = engine;
      this.registry = registry;
    }

    @Override
    public String version() {
      return version;
    }

    @Override
    public Settings settings() {
      return settings;
    }

    @Override
    public long uptimeMs() {
      return Duration.between(started, Instant.now()).toMillis();
    }

    @Override
    public long diskFreeBytes() {
      return dataDir.freeBytes();
    }

    @Override
    public long memoryUsedBytes() {
      return engine.stats().memoryBytes().values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public long memoryLimitBytes() {
      return engine.stats().memoryLimit();
    }

    @Override
    public int drain(Duration grace) {
      int open = registry.size();
      state.enter(Phase.DRAINING);
      LOG.infof("draining: %d connections have %s to leave", open, grace);
      registry.drain(false);
      Thread.ofVirtual()
          .name("velocity-drain")
          .start(
              () -> {
                awaitClosed(registry, false, grace);
                registry.all().stream()
                    .filter(session -> session.identity().kind() != Session.Kind.LOCAL)
                    .forEach(Session::closeNow);
              });
      return open;
    }
  }
}
