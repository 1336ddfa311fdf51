package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.compaction.OlderRuns;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.manifest.Run;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memtable.ReplayBuffer;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.LogArchive;
import io.velocitydb.engine.wal.WalPosition;
import io.velocitydb.engine.wal.WalReplay;
import io.velocitydb.engine.wal.WalSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database back from its files: replays the log into memtables and writes them to tables
 * before the first write is taken. So nothing relies any more on bytes that were only found in a
 * cache, or behind a cut; the edit that adds the last table also drops the old log.
 *
 * <p>Tables are added while replaying, so that an interrupted recovery resumes where it was.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** So that tables are written while the rest is replayed, however large memtables are. */
  private static final long MOST_BUFFER = 64L << 20;

  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final StoreSetup setup;
  private final Manifest manifest;
  private final TableStore tables;
  private final WalRecovery mode;
  private final ManifestState found;

  private final Flush flush = new Flush();
  private final ReplayFlushes flushes;
  private long flushedSequence;
  private ReplayBuffer buffer;
  private long nextProgress;

  /** What is replayed behind the log, when this is a restore. */
  private final @Nullable ArchivedWrites more;

  private @Nullable LogArchiver archiver;

  Recovery(StoreSetup setup, Manifest manifest, TableStore tables) {
    this(setup, manifest, tables, null);
  }

  /**
   * @param more replayed behind the log; the versions to come are then far above all that were ever
   *     given out
   */
  Recovery(StoreSetup setup, Manifest manifest, TableStore tables, @Nullable ArchivedWrites more) {
    this.more = more;
    this.setup = setup;
    this.manifest = manifest;
    this.tables = tables;
    this.mode = setup.options().walRecovery();
    this.found = manifest.state();
    this.flushedSequence = found.flushedSequence();
    this.buffer = new ReplayBuffer(setup.environment().memory(), new byte[0]);
    this.flushes = new ReplayFlushes(setup.environment().background(), flush);
  }

  /** Archives what it finds in the log before it is removed. */
  Recovery archivingBy(@Nullable LogArchiver takes) {
    archiver = takes;
    return this;
  }

  /** Replays, and returns the last sequence that may have been given out. */
  long run() throws IOException {
    try {
      return recover();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      buffer.close();
      // Nothing may be under way when the caller closes the files, after a failure either.
      flushes.abandon();
    }
  }

  private long recover() throws IOException {
    setup.time().atLeast(found.engineTimeMs());
    Vfs vfs = setup.environment().vfs();
    List<String> files = vfs.list(setup.directory());
    demandFiles(files);
    skipUsedNumbers(files);
    List<WalName> logs = new ArrayList<>();
    found.wals().forEach((number, salt) -> logs.add(new WalName(number, salt)));
    List<Long> strangers = unnamedLogs(files);

    long start = setup.environment().clock().nanoTime();
    nextProgress = start + PROGRESS_NANOS;
    WalReplay.Result result = logIsInTables() ? WalReplay.Result.nothing(end()) : replay(logs);
    long replayed = Math.max(result.lastSequence(), found.flushedSequence());
    if (more != null) {
      replayed = more.replay(replayed, found.engineTimeMs(), new Sink());
    }
    flushes.finish();
    long last = Math.max(replayed, flushedSequence);
    checkStrangers(files, strangers, last);
    setup.time().atLeast(result.lastTimeMs());
    if (archiver != null) {
      archiver.archiveFound(logs, result.end(), new LogArchive.Start(last, givenOut(last)));
    }
    finish(logs);
    report(result, setup.environment().clock().nanoTime() - start);
    if (endsWithAnIngest()) {
      boolean _ = madeDurable();
    }
    removeStrangers(files);
    if (more != null) {
      long ceiling = Math.max(found.sequenceCeiling(), more.ceiling());
      manifest.apply(VersionEdit.builder().sequenceCeiling(ceiling).build());
      return ceiling;
    }
    return givenOut(last);
  }

  /**
   * Whether tables hold all that was written up to an orderly close. Then no part of the log is
   * read, however long it is: nothing in it is missing, whatever became of it.
   */
  private boolean logIsInTables() {
    return found
        .cleanClose()
        .filter(close -> close.lastSequence() <= found.flushedSequence())
        .isPresent();
  }

  /**
   * Whether the last edit may be an ingest that nobody was told of. Its entries are in no log: what
   * is shown of it now must not go by a power loss.
   */
  private boolean endsWithAnIngest() {
    return found.cleanClose().isEmpty()
        && found.flushedSequence() == found.sequenceCeiling()
        && found.flushedSequence() > 0;
  }

  /** Where the log ended at an orderly close; the beginning if there was none. */
  private WalPosition end() {
    return found
        .cleanClose()
        .map(close -> new WalPosition(close.segment(), close.offset()))
        .orElse(WalPosition.START);
  }

  private WalReplay.Result replay(List<WalName> logs) throws IOException {
    return WalReplay.run(
        setup.environment().vfs(),
        setup.directory(),
        setup.environment().memory(),
        setup.id(),
        logs,
        end(),
        mode,
        new Sink());
  }

  /** The last sequence that may have been given out. */
  private long givenOut(long last) {
    return found.cleanClose().isPresent()
        ? Math.max(last, found.cleanClose().get().lastSequence())
        : Math.max(last, found.sequenceCeiling());
  }

  /** Files are read when they are used; but that one is missing is said at once. */
  private void demandFiles(List<String> files) {
    List<Path> named = new ArrayList<>();
    found.version().tables().forEach(table -> named.add(setup.tablePath(table.fileNumber())));
    found.version().blobs().files().keySet().forEach(blobs -> named.add(setup.blobPath(blobs)));
    Set<String> present = new HashSet<>(files);
    for (Path path : named) {
      if (!present.contains(path.getFileName().toString())) {
        throw new EngineException(
            Kind.CORRUPTION,
            path + " is missing, but the manifest names it; bring the file or a backup back");
      }
    }
  }

  private void skipUsedNumbers(List<String> files) {
    for (String file : files) {
      DataFiles.TABLES.number(file).ifPresent(manifest::skipFileNumbers);
      DataFiles.BLOBS.number(file).ifPresent(manifest::skipFileNumbers);
      WalReplay.segmentNumber(file).ifPresent(manifest::skipFileNumbers);
    }
  }

  private List<Long> unnamedLogs(List<String> files) {
    List<Long> numbers = new ArrayList<>();
    for (String file : files) {
      OptionalLong number = WalReplay.segmentNumber(file);
      if (number.isPresent() && !found.wals().containsKey(number.getAsLong())) {
        numbers.add(number.getAsLong());
      }
    }
    return numbers;
  }

  /** Takes what the log holds beyond the tables. */
  private final class Sink implements WalSink {
    @Override
    public boolean group(long commitTimeMs, long firstSequence, long lastSequence) {
      if (lastSequence <= found.flushedSequence()) {
        return false;
      }
      setup.time().atLeast(commitTimeMs);
      return true;
    }

    @Override
    public void entry(
        long sequence,
        byte kind,
        byte encoding,
        long expiresAtMs,
        long keyAddress,
        int keyLength,
        long valueAddress,
        int valueLength) {
      buffer.add(
          sequence, kind, encoding, expiresAtMs, keyAddress, keyLength, valueAddress, valueLength);
    }

    @Override
    public void groupEnd() {
      if (buffer.bytes() >= Math.min(setup.memtableBytes(), MOST_BUFFER)) {
        try {
          ReplayBuffer full = buffer;
          buffer = new ReplayBuffer(setup.environment().memory(), full.sharedPrefix());
          flushes.begin(full);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void progress(long done, long total) {
      setup.environment().listener().replaying(setup.name(), done, total);
      long now = setup.environment().clock().nanoTime();
      if (now >= nextProgress) {
        nextProgress = now + PROGRESS_NANOS;
        LOG.info(
            "replaying the log of database {}: {} of {} MiB",
            setup.name(),
            done >> 20,
            total >> 20);
      }
    }
  }

  /** Brings what was replayed into tables. */
  private final class Flush implements ReplayFlushes.Flush {
    @Override
    public MergeResult write(ReplayBuffer full, boolean alone) throws IOException {
      OlderRuns older =
          alone
              ? new OlderRuns(manifest.state().version().runs().stream().map(Run::tables).toList())
              : OlderRuns.UNKNOWN;
      try (InternalCursor entries = full.cursor()) {
        // The log that is replayed may be gone after the next crash, since nobody knows whether it
        // was ever synced; then the table must not look like the work of an edit that was lost.
        return tables.write(
            entries, full.rangeTombstones(), List.of(), setup.time().now(), older, true);
      }
    }

    @Override
    public void record(ReplayBuffer full, @Nullable MergeResult written) throws IOException {
      Recovery.this.record(full, written, List.of());
    }
  }

  /**
   * Adds a buffer's tables by an edit, after writing them if they are not there.
   *
   * @param logs segments that nothing needs any more
   */
  private void record(ReplayBuffer full, @Nullable MergeResult written, List<WalName> logs)
      throws IOException {
    setup
        .disk()
        .withReserve(
            () -> {
              VersionEdit.Builder edit = VersionEdit.builder().engineTime(setup.time().now());
              logs.forEach(log -> edit.removeWal(log.number()));
              if (!full.isEmpty()) {
                tables.addNewest(edit, written != null ? written : flush.write(full, true));
                flushedSequence = full.maxSequence();
              }
              manifest.apply(edit.flushedSequence(flushedSequence).build());
            });
  }

  private void finish(List<WalName> logs) throws IOException {
    if (!logs.isEmpty() || !buffer.isEmpty()) {
      record(buffer, null, logs);
    }
  }

  /**
   * Files that the manifest does not name are left-overs of a crash. But if one holds more than was
   * recovered, the manifest has lost its last edits.
   */
  private void checkStrangers(List<String> files, List<Long> logs, long last) throws IOException {
    for (long number : logs) {
      if (number >= found.nextFileNumber()) {
        checkStrangeLog(number, last);
      }
    }
    for (String file : files) {
      OptionalLong number = DataFiles.TABLES.number(file);
      if (number.isPresent()
          && number.getAsLong() >= found.nextFileNumber()
          && isStranger(number.getAsLong())) {
        checkStrangeTable(number.getAsLong(), last);
      }
    }
  }

  private boolean isStranger(long tableNumber) {
    return manifest.state().version().tables().stream()
        .noneMatch(table -> table.fileNumber() == tableNumber);
  }

  private void checkStrangeLog(long number, long last) throws IOException {
    Path path = WalReplay.segmentPath(setup.directory(), number);
    long highest =
        WalReplay.highestSequence(setup.environment().vfs(), path, setup.environment().memory());
    if (highest > last) {
      lostEdits(path);
    }
  }

  private void checkStrangeTable(long number, long last) {
    TableReader reader;
    try {
      reader =
          TableReader.open(
              setup.environment().vfs(),
              setup.tablePath(number),
              new TableId(setup.id(), number),
              setup.environment().memory(),
              new TableMetrics());
    } catch (EngineException unfinished) {
      LOG.debug("removing an unfinished table: {}", unfinished.getMessage());
      return;
    }
    long highest = reader.info().maxSequence();
    reader.release();
    if (highest > last) {
      lostEdits(setup.tablePath(number));
    }
  }

  private void lostEdits(Path path) {
    String what =
        path + " holds writes that the manifest and the log know nothing of: edits were lost";
    if (mode == WalRecovery.SKIP) {
      problem(what + "; the file is removed");
      return;
    }
    throw new EngineException(
        Kind.CORRUPTION,
        what + "; restore a backup, or open once with --wal-recovery skip to go on without them");
  }

  private void removeStrangers(List<String> files) throws IOException {
    List<String> strangers = new ArrayList<>();
    for (String file : files) {
      OptionalLong table = DataFiles.TABLES.number(file);
      OptionalLong log = WalReplay.segmentNumber(file);
      OptionalLong blobs = DataFiles.BLOBS.number(file);
      if ((blobs.isPresent()
              && !manifest.state().version().blobs().files().containsKey(blobs.getAsLong()))
          || (table.isPresent() && isStranger(table.getAsLong()))
          || (log.isPresent() && !manifest.state().wals().containsKey(log.getAsLong()))) {
        strangers.add(file);
      }
    }
    if (strangers.isEmpty()) {
      return;
    }
    if (!madeDurable()) {
      LOG.warn(
          "no space left for {}: files that it does not need any more stay until it is opened again",
          setup.directory());
      return;
    }
    for (String file : strangers) {
      setup.environment().vfs().delete(setup.directory().resolve(file));
    }
  }

  /** Makes the manifest durable as it was found; false if the disk is full. */
  private boolean madeDurable() throws IOException {
    try {
      setup.disk().withReserve(manifest::makeDurable);
      return true;
    } catch (DiskFullException e) {
      LOG.debug("no space left to write the manifest of {} anew", setup.directory());
      return false;
    }
  }

  private void report(WalReplay.Result result, long nanos) {
    result.problems().forEach(this::problem);
    if (result.records() > 0) {
      Duration took = Duration.ofNanos(nanos);
      LOG.info(
          "replayed {} records ({} MiB) of database {} in {} s",
          String.format(Locale.ROOT, "%,d", result.records()),
          (result.bytes() + (1L << 19)) >> 20,
          setup.name(),
          String.format(Locale.ROOT, "%.3f", nanos / 1e9));
      setup.environment().listener().replayed(setup.name(), result.records(), result.bytes(), took);
    }
  }

  private void problem(String text) {
    LOG.warn("database {}: {}", setup.name(), text);
    setup.environment().listener().damaged(setup.name(), text);
  }
}
