package io.velocitydb.engine.db;

import io.velocitydb.engine.Checkpoint;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineStats;
import io.velocitydb.engine.PerformanceMetrics;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.FilePool;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A data directory and the stores of its databases. */
public final class DirectoryEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryEngine.class);
  static final String LOCK = "LOCK";
  private static final long UPKEEP_MS = 1_000;

  /** Half of what the process may open is left for logs and for the rest of the program. */
  private static final int MOST_TABLE_FILES = 16_384;

  private final Path directory;
  private final EngineOptions options;
  private final EngineEnvironment environment;
  private final AutoCloseable lock;
  private final EngineTime time;
  private final DiskReserve disk;
  private final EngineMemory memory;
  private final FilePool files;
  private final DirectReads directReads;
  private final LeftOvers leftOvers;
  private final EngineMetrics metrics;
  private final @Nullable Background ownBackground;

  private final List<Background.Timer> timers = new ArrayList<>();

  // Guarded by the monitor; the map is replaced, so that reading it needs none.
  private volatile Map<String, Database> open = Map.of();
  private Catalogue catalogue;
  private boolean closed;

  private DirectoryEngine(
      Path directory,
      EngineOptions options,
      EngineEnvironment environment,
      AutoCloseable lock,
      @Nullable Background ownBackground,
      Catalogue catalogue) {
    this.directory = directory;
    this.options = options;
    this.environment = environment;
    this.lock = lock;
    this.ownBackground = ownBackground;
    this.catalogue = catalogue;
    this.time = new EngineTime(environment.clock());
    this.disk =
        new DiskReserve(
            environment.vfs(),
            directory,
            environment.memory(),
            2 * MemoryShares.largestMemtable(options));
    this.memory = new EngineMemory(options, environment, this::stores);
    this.metrics = new EngineMetrics(environment.background(), () -> databases(open));
    this.files =
        new FilePool(
            environment.vfs(),
            Math.clamp(environment.vfs().mostOpenFiles() / 2, 1, MOST_TABLE_FILES),
            environment.memory());
    this.directReads =
        new DirectReads(environment.vfs(), files, environment.memory(), options.memoryLimit());
    this.leftOvers = new LeftOvers(environment.vfs(), directory);
  }

  private List<Store> stores() {
    return stores(open);
  }

  private static List<Store> stores(Map<String, Database> databases) {
    return databases(databases).stream().map(LsmDatabase::store).toList();
  }

  private static List<LsmDatabase> databases(Map<String, Database> databases) {
    List<LsmDatabase> opened = new ArrayList<>();
    for (Database database : databases.values()) {
      if (database instanceof LsmDatabase each) {
        opened.add(each);
      }
    }
    return opened;
  }

  /** Opens a directory in an environment that belongs to this engine alone. */
  public static Engine openStandalone(
      Path directory, EngineOptions options, EngineEnvironment environment) {
    try {
      return open(directory, options, environment, environment.background());
    } catch (RuntimeException | Error e) {
      environment.background().close();
      throw e;
    }
  }

  /** Opens a directory in an environment that the caller closes. */
  public static Engine open(Path directory, EngineOptions options, EngineEnvironment environment) {
    return open(directory, options, environment, null);
  }

  private static DirectoryEngine open(
      Path directory,
      EngineOptions options,
      EngineEnvironment environment,
      @Nullable Background ownBackground) {
    Vfs vfs = environment.vfs();
    AutoCloseable lock = null;
    DirectoryEngine engine = null;
    try {
      vfs.createDirectories(directory);
      lock = vfs.lock(directory.resolve(LOCK));
      Catalogue catalogue = openCatalogue(directory, environment);
      EngineOptions chosen = options.withWalIo(walIo(directory, options, environment));
      engine = new DirectoryEngine(directory, chosen, environment, lock, ownBackground, catalogue);
      engine.start();
      return engine;
    } catch (IOException | RuntimeException e) {
      closeAfterFailure(engine, lock, e);
      throw FileErrors.of(directory, e);
    } catch (Error e) {
      closeAfterFailure(engine, lock, e);
      throw e;
    }
  }

  private static EngineOptions.WalIo walIo(
      Path directory, EngineOptions options, EngineEnvironment environment) throws IOException {
    EngineOptions.WalIo chosen =
        WalProbe.choose(
            options.walIo(),
            options.durability(),
            environment.vfs(),
            directory,
            environment.memory(),
            environment.clock());
    LOG.info("the logs in {} are written by {}", directory, chosen);
    return chosen;
  }

  private static void closeAfterFailure(
      @Nullable DirectoryEngine engine, @Nullable AutoCloseable lock, Throwable failure) {
    try {
      if (engine != null) {
        engine.closeStores(new ArrayList<>());
      }
      if (lock != null) {
        lock.close();
      }
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  private static Catalogue openCatalogue(Path directory, EngineEnvironment environment)
      throws IOException {
    Vfs vfs = environment.vfs();
    Path databases = directory.resolve(Catalogue.DATABASES);
    if (vfs.exists(directory.resolve(Catalogue.FILE))) {
      // The process before may have died between a rename and making it durable; what the file that
      // was read does not name will be removed.
      vfs.syncDirectory(directory);
      return Catalogue.read(vfs, directory, environment.memory());
    }
    if (vfs.exists(databases) && !vfs.list(databases).isEmpty()) {
      throw new EngineException(
          Kind.CORRUPTION,
          directory.resolve(Catalogue.FILE)
              + " is missing, but there are databases; restore it from a backup");
    }
    Catalogue fresh = Catalogue.empty();
    fresh.write(vfs, directory, environment.memory());
    return fresh;
  }

  private void start() throws IOException {
    Vfs vfs = environment.vfs();
    vfs.createDirectories(directory.resolve(Catalogue.DATABASES));
    leftOvers.removeUnknown(catalogue);
    disk.restore();
    openDatabases();
    directReads.look(stores());
    Background background = environment.background();
    timers.add(background.every(Lane.LOG, Math.max(1, options.syncIntervalMs()), this::syncAll));
    timers.add(background.every(Lane.FLUSH, UPKEEP_MS, this::upkeep));
    if (memory.adapts()) {
      timers.add(background.every(Lane.LOG, EngineMemory.LOOK_MS, memory::look));
    }
    options
        .walArchive()
        .ifPresent(
            archive ->
                timers.add(
                    background.every(
                        Lane.LOG, archive.intervalMs(), () -> forEachStore(Store::archive))));
  }

  private void openDatabases() throws IOException {
    ParallelOpening<Database> opening =
        new ParallelOpening<>(
            environment.background(), catalogue.databases().keySet(), this::openDatabase);
    open = Collections.unmodifiableMap(opening.run());
    switch (opening.failure()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /** Opens a database; one that is damaged must not keep the others from being opened. */
  private Database openDatabase(String name) throws IOException {
    StoreSetup setup = setup(name, catalogue.databases().get(name));
    EngineException failure;
    try {
      return new LsmDatabase(Store.open(setup));
    } catch (DiskFullException full) {
      throw full;
    } catch (IOException | EngineException e) {
      failure = FileErrors.of(setup.directory(), e);
    }
    if (!UnopenedDatabase.isOfOneDatabase(failure)) {
      throw failure;
    }
    UnopenedDatabase unopened = new UnopenedDatabase(setup, failure);
    LOG.error("{}", unopened.describe());
    environment.listener().unavailable(name, unopened.failure());
    return unopened;
  }

  /** One whose databases somebody else opens, and then {@link #discard}s it. */
  static DirectoryEngine unstarted(
      Path directory, EngineOptions options, EngineEnvironment environment, Catalogue catalogue) {
    return new DirectoryEngine(directory, options, environment, () -> {}, null, catalogue);
  }

  /** Gives back what one has that was never started. */
  void discard() {
    memory.close();
  }

  StoreSetup setup(String name, long id) {
    return new StoreSetup(
        name,
        id,
        Catalogue.directory(directory, id, name),
        options,
        environment,
        time,
        disk,
        memory.memtables(),
        memory.cache(),
        memory.tables(),
        files);
  }

  /** Syncs what {@link io.velocitydb.engine.Durability#INTERVAL} promised. */
  private void syncAll() {
    forEachStore(
        store -> {
          if (!store.closed() && store.wal().synced() < store.wal().written()) {
            store.pipeline().sync();
          }
        });
  }

  /** What goes wrong with one store ends its writing, and must not harm the others. */
  private void forEachStore(Consumer<Store> action) {
    for (Store store : stores()) {
      try {
        action.accept(store);
      } catch (RuntimeException | Error e) {
        store.pipeline().fail("what is to be done regularly could not be done", e);
      }
    }
  }

  private void upkeep() {
    boolean wasFull = disk.full();
    if (wasFull) {
      try {
        disk.restore();
      } catch (IOException e) {
        LOG.warn("cannot look for space in {}: {}", directory, e.toString());
      }
    }
    forEachStore(store -> store.upkeep(wasFull));
    memory.upkeep();
    directReads.look(stores());
  }

  @Override
  public Database database(String name) {
    Database database = open.get(name);
    if (database == null) {
      checkOpen();
      throw new EngineException(
          Kind.DATABASE_NOT_FOUND, "there is no database \"" + name + "\"; create it first");
    }
    return database;
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw new EngineException(Kind.CLOSED, "the engine is closed");
    }
  }

  @Override
  public synchronized int format() {
    return catalogue.format();
  }

  @Override
  public synchronized void finalizeFormat() {
    checkOpen();
    for (Database database : open.values()) {
      if (database instanceof UnopenedDatabase unopened) {
        throw unopened.failure();
      }
    }
    try {
      for (Store store : stores()) {
        disk.withReserve(() -> store.manifest().raiseFormat(Manifest.NEWEST_FORMAT));
      }
      // Last: so that it tells that all of them are raised.
      Catalogue raised = catalogue.withFormat(Manifest.NEWEST_FORMAT);
      disk.withReserve(() -> raised.write(environment.vfs(), directory, environment.memory()));
      catalogue = raised;
      LOG.info("{} has format {} now", directory, Manifest.NEWEST_FORMAT);
    } catch (IOException e) {
      throw FileErrors.of(directory, e);
    }
  }

  @Override
  public synchronized Database createDatabase(String name) {
    checkOpen();
    DatabaseName.check(name);
    if (open.containsKey(name)) {
      throw new EngineException(
          Kind.DATABASE_EXISTS, "there is a database \"" + name + "\" already");
    }
    if (disk.full()) {
      throw new EngineException(
          Kind.DISK_FULL, "no space left for " + directory + ": free some space first");
    }
    try {
      Catalogue more = catalogue.with(name);
      StoreSetup setup = setup(name, catalogue.nextId());
      Vfs vfs = environment.vfs();
      if (vfs.exists(setup.directory())) {
        // An attempt that failed before the catalogue had it.
        leftOvers.remove(setup.directory());
      }
      vfs.createDirectories(setup.directory());
      Manifest.create(
              vfs,
              setup.directory(),
              environment.memory(),
              setup.id(),
              catalogue.format(),
              ManifestState.initial(catalogue.sequenceFloor()))
          .close();
      more.write(vfs, directory, environment.memory());
      catalogue = more;
      LsmDatabase database = new LsmDatabase(Store.open(setup));
      Map<String, Database> stores = new TreeMap<>(open);
      stores.put(name, database);
      open = Collections.unmodifiableMap(stores);
      LOG.info("created database {}", name);
      return database;
    } catch (IOException e) {
      throw FileErrors.of(directory, e);
    }
  }

  @Override
  public synchronized Database openOrCreate(String name) {
    Database database = open.get(name);
    return database != null ? database : createDatabase(name);
  }

  @Override
  public synchronized void dropDatabase(String name) {
    switch (database(name)) {
      case LsmDatabase opened -> {
        dropStore(opened.store());
        metrics.keep(opened);
      }
      case UnopenedDatabase unopened -> dropUnopened(unopened.setup());
      case Database other -> throw new IllegalStateException("unexpected " + other);
    }
    environment.listener().dropped(name);
    LOG.info("dropped database {}", name);
  }

  private void dropStore(Store store) {
    String name = store.setup().name();
    try {
      removeFromCatalogue(
          name, Math.max(store.keeper().ceiling(), store.pipeline().lastSequence()));
    } catch (DiskFullException e) {
      throw FileErrors.of(directory, e);
    } catch (IOException e) {
      // The next opening may find it dropped: nothing may be promised to it any more.
      store.pipeline().fail("dropping the database failed, and may show when it is reopened", e);
      throw FileErrors.of(directory, e);
    }
    try {
      store.close(false);
      leftOvers.remove(store.setup().directory());
    } catch (IOException e) {
      LeftOvers.stays(store.setup().directory(), e);
    }
  }

  private void dropUnopened(StoreSetup setup) {
    try {
      removeFromCatalogue(setup.name(), DamagedSequences.above(setup));
    } catch (IOException e) {
      throw FileErrors.of(directory, e);
    }
    try {
      leftOvers.remove(setup.directory());
    } catch (IOException e) {
      LeftOvers.stays(setup.directory(), e);
    }
  }

  private void removeFromCatalogue(String name, long lastSequence) throws IOException {
    Catalogue fewer = catalogue.without(name, lastSequence);
    // It frees space, so it may use the reserve.
    disk.withReserve(() -> fewer.write(environment.vfs(), directory, environment.memory()));
    catalogue = fewer;
    Map<String, Database> stores = new TreeMap<>(open);
    stores.remove(name);
    open = Collections.unmodifiableMap(stores);
  }

  @Override
  public List<String> databases() {
    checkOpen();
    return List.copyOf(open.keySet());
  }

  @Override
  public VerifyReport verify() {
    checkOpen();
    List<VerifyReport> reports = new ArrayList<>();
    reports.add(OfflineVerifier.catalogue(environment.vfs(), directory, environment.memory()));
    for (String name : databases()) {
      reports.add(open.get(name).verify());
    }
    return Reports.sum(reports);
  }

  @Override
  public Checkpoint checkpoint(Path target) {
    Catalogue present;
    Map<String, Database> stores;
    synchronized (this) {
      checkOpen();
      present = catalogue;
      stores = open;
    }
    try (CheckpointDirectory checkpoint = new CheckpointDirectory(environment, target)) {
      for (Database database : stores.values()) {
        switch (database) {
          case LsmDatabase opened -> addTo(checkpoint, opened);
          case UnopenedDatabase unopened -> throw unopened.failure();
          default -> throw new IllegalStateException("unknown " + database);
        }
      }
      return checkpoint.finish(present.format(), present.nextId(), present.sequenceFloor());
    } catch (IOException e) {
      throw FileErrors.of(target, e);
    }
  }

  private void addTo(CheckpointDirectory checkpoint, LsmDatabase database) throws IOException {
    try {
      database.addTo(checkpoint);
    } catch (EngineException e) {
      checkOpen();
      if (e.kind() != Kind.CLOSED) {
        throw e;
      }
      LOG.info("database {} was dropped before the checkpoint had it", database.name());
      checkpoint.leaveOut(database.store().setup());
    }
  }

  /** Who may have how much memory. */
  EngineMemory memory() {
    return memory;
  }

  @Override
  public PerformanceMetrics metrics() {
    return metrics;
  }

  @Override
  public EngineStats stats() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (MemoryTag tag : MemoryTag.values()) {
      bytes.put(tag.name().toLowerCase(java.util.Locale.ROOT), environment.memory().allocated(tag));
    }
    Map<String, Database> databases = open;
    Map<String, String> unavailable = new TreeMap<>();
    for (Database database : databases.values()) {
      if (database instanceof UnopenedDatabase unopened) {
        unavailable.put(unopened.name(), unopened.describe());
      }
    }
    return new EngineStats(
        databases.size(),
        bytes,
        options.memoryLimit(),
        disk.full(),
        unavailable,
        options.walIo(),
        memory.split());
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    List<Exception> failures = new ArrayList<>();
    closeStores(failures);
    try {
      lock.close();
    } catch (Exception e) {
      failures.add(e);
    }
    if (ownBackground != null) {
      ownBackground.close();
    }
    if (!failures.isEmpty()) {
      EngineException failure = FileErrors.of(directory, failures.getFirst());
      failures.stream().skip(1).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private void closeStores(List<Exception> failures) {
    timers.forEach(Background.Timer::cancel);
    memory.stop();
    List<Store> stores = stores(open);
    open = Map.of();
    for (Store store : stores) {
      try {
        store.close(true);
      } catch (IOException | RuntimeException e) {
        failures.add(e);
      }
    }
    memory.close();
  }
}
