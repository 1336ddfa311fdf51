package io.velocitydb.engine.db;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Ingested;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.Progress;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.commit.Control;
import io.velocitydb.engine.commit.FutureCompletion;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.wal.LogArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the entries of a {@code .velo} file the newest of their keys, all at once.
 *
 * <ol>
 *   <li>The file is read and checked from the first byte to the last.
 *   <li>It is written again as tables of this database, with one sequence for all entries. That
 *       sequence lies ahead of those that are given out, so far that writes will not reach it
 *       meanwhile; nobody sees the tables.
 *   <li>The pipeline stops between two writes, until all that was written before lies in tables.
 *   <li>One edit adds the tables as the newest run; then the sequence is taken and published, and
 *       writes go on above it.
 * </ol>
 *
 * <p>Rejected: a sequence that the manifest gives to a whole table. It would spare the writing, but
 * change the format of tables for a rare operation, and each read would look for it.
 */
final class Ingest implements Control {
  /** Sequences that are skipped at least. */
  static final long LEAST_GAP = LogArchive.UNLOGGED_JUMP;

  private static final int PROGRESS_ENTRIES = 10_000;

  private final Store store;
  private final Path file;
  private final CompletableFuture<Void> flushed = new CompletableFuture<>();
  private boolean begun;
  private volatile boolean ended;
  private volatile long sequence;

  private Ingest(Store store, Path file) {
    this.store = store;
    this.file = file;
  }

  /** See {@link io.velocitydb.engine.Database#ingest}. The store must not be closed meanwhile. */
  static Ingested run(Store store, Path file, Progress progress) throws IOException {
    try {
      return new Ingest(store, file).run(progress);
    } catch (DiskFullException e) {
      throw e;
    } catch (IOException e) {
      // The only step whose outcome can be unknown, the edit, tells of its failure itself.
      throw new EngineException(
          Kind.STORAGE_ERROR,
          Outcome.NOT_APPLIED,
          "nothing of " + file + " was ingested: " + e.getMessage(),
          e);
    }
  }

  private Ingested run(Progress progress) throws IOException {
    StoreSetup setup = store.setup();
    TableReader reader =
        PortableTable.openChecked(setup.environment().vfs(), file, setup.environment().memory());
    try {
      long entries = reader.info().entries();
      if (entries == 0) {
        return new Ingested(0, store.views().visible());
      }
      long gap = Math.max(LEAST_GAP, 8 * reader.info().fileBytes());
      long wanted = Math.addExact(store.pipeline().lastSequence(), gap);
      if (wanted > InternalKey.MAX_SEQUENCE) {
        throw new EngineException(Kind.INVALID_ARGUMENT, "no versions are left in " + setup.name());
      }
      List<TableInfo> tables = write(reader, wanted, progress);
      install(tables, wanted);
      return new Ingested(entries, wanted);
    } finally {
      reader.release();
    }
  }

  private List<TableInfo> write(TableReader reader, long wanted, Progress progress)
      throws IOException {
    long total = reader.info().entries();
    try (InternalCursor cursor = reader.cursor(CacheUse.BYPASS);
        TableStore.Rewrite out = store.tables().rewrite()) {
      cursor.first();
      for (long done = 0; cursor.valid(); cursor.next()) {
        PortableTable.checkLimits(file, cursor.keyLength(), cursor.valueLength());
        if (!out.add(wanted, EntryKind.PUT, cursor)) {
          throw new EngineException(
              Kind.CORRUPTION, file + " has a key twice, which no .velo file has");
        }
        if (++done % PROGRESS_ENTRIES == 0) {
          progress.at(done, total);
          store.demandOpen();
        }
      }
      progress.at(total, total);
      return out.finish();
    } catch (EngineException e) {
      if (e.getCause() instanceof DiskFullException full) {
        throw full;
      }
      throw e;
    }
  }

  private void install(List<TableInfo> tables, long wanted) throws IOException {
    boolean ready = false;
    try {
      // What is flushed now does not have to be flushed while writes wait.
      store.await(store.flush());
      ready = true;
    } finally {
      if (!ready) {
        giveUp(tables);
      }
    }
    FutureCompletion published = new FutureCompletion();
    store
        .pipeline()
        .submitControl(store.setup().environment().memory(), this, Durability.OS, published);
    boolean installed = false;
    // Until all is published, merges must keep what readers see who came between.
    try (Snapshot _ = store.snapshots().create()) {
      try {
        store.await(flushed);
        if (store.pipeline().lastSequence() >= wanted) {
          throw new EngineException(
              Kind.OVERLOADED, file + " was overtaken by " + wanted + " writes; ingest it again");
        }
        edit(tables, wanted);
        installed = true;
        sequence = wanted;
      } finally {
        ended = true;
        if (!installed) {
          giveUp(tables);
        }
        store.pipeline().resume();
      }
      store.await(published.future());
    }
    store.compactor().request();
  }

  private void edit(List<TableInfo> tables, long wanted) throws IOException {
    VersionEdit.Builder edit =
        VersionEdit.builder()
            .engineTime(store.setup().time().now())
            .sequenceCeiling(wanted)
            .flushedSequence(wanted);
    long run = store.tables().newRun();
    tables.forEach(table -> edit.addTable(0, run, table));
    try {
      store.tables().install(edit.build(), tree -> store.views().ingested(tree, wanted));
    } catch (DiskFullException e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      store.pipeline().fail("ingested tables could not be recorded", e);
      throw new EngineException(
          Kind.STORAGE_ERROR, Outcome.UNKNOWN, file + " may be ingested or not: " + e, e);
    }
  }

  /** Where the edit has failed, nobody knows whether it names them: recovery does. */
  private void giveUp(List<TableInfo> tables) {
    if (store.pipeline().poison() == null) {
      tables.forEach(table -> store.tables().remove(store.setup().tablePath(table.fileNumber())));
    }
  }

  @Override
  public boolean run() {
    if (!begun) {
      begun = true;
      try {
        store.beginFlush(flushed);
      } catch (RuntimeException | Error e) {
        flushed.completeExceptionally(
            new EngineException(Kind.STORAGE_ERROR, Outcome.UNKNOWN, "the flush failed: " + e, e));
        throw e;
      }
    }
    return ended;
  }

  @Override
  public long lastSequence() {
    return sequence;
  }
}
