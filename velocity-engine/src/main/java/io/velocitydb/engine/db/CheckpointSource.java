package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.manifest.CleanClose;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.wal.FileWal;
import io.velocitydb.engine.wal.FileWal.SealedSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One consistent state of a store as files that will never change, held until closed: the tables of
 * one version, and the sealed segments of the log with what was not yet flushed. Nothing is flushed
 * for it; the log's active segment is ended between two writes, and synced.
 *
 * <p>The state holds all writes that had completed when it was captured. While writes and flushes
 * go on, it may hold some later ones: always a prefix of the history, since the tables hold one and
 * the sealed segments go on from there or end before.
 */
final class CheckpointSource implements AutoCloseable {
  private final Store store;
  private final FileWal.Hold log;
  private final ReadView view;
  private final ManifestState state;
  private final List<SealedSegment> segments = new ArrayList<>();

  private CheckpointSource(Store store, FileWal.Hold log, ReadView view, ManifestState found) {
    this.store = store;
    this.log = log;
    this.view = view;
    Map<Long, Long> salts = new TreeMap<>();
    CleanClose end = new CleanClose(0, 0, store.pipeline().lastSequence());
    for (SealedSegment segment : log.segments()) {
      if (found.wals().containsKey(segment.number())) {
        segments.add(segment);
        salts.put(segment.number(), segment.salt());
        end = new CleanClose(segment.number(), segment.end(), end.lastSequence());
      }
    }
    state = found.copied(salts, end, store.setup().time().now());
  }

  /** Captures the present state. Waits for a sync; writes go on meanwhile. */
  static CheckpointSource capture(Store store) throws IOException {
    try {
      store.await(store.commit().sealLog());
    } finally {
      demandHealth(store);
    }
    FileWal.Hold log = store.wal().hold();
    try {
      return store
          .tables()
          .betweenEdits(
              () ->
                  new CheckpointSource(
                      store, log, store.views().acquire(), store.manifest().state()));
    } catch (RuntimeException | Error e) {
      try (log) {
        throw e;
      }
    }
  }

  private static void demandHealth(Store store) {
    EngineException broken = store.pipeline().poison();
    if (broken != null) {
      throw new EngineException(
          Kind.READ_ONLY,
          Outcome.NOT_APPLIED,
          "no checkpoint of database " + store.setup().name() + ": " + broken.getMessage(),
          broken);
    }
  }

  StoreSetup setup() {
    return store.setup();
  }

  /** Format of the copy. */
  int format() {
    return store.manifest().format();
  }

  /** What the manifest of the copy says. */
  ManifestState state() {
    return state;
  }

  /** Everything up to it is there, and nothing beyond. */
  long lastSequence() {
    long logged = segments.isEmpty() ? 0 : segments.getLast().lastSequence();
    return Math.max(logged, state.flushedSequence());
  }

  /** The files, all of them synced and never to be changed. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (TableInfo table : state.version().tables()) {
      files.add(setup().tablePath(table.fileNumber()));
    }
    for (long blobs : state.version().blobs().files().keySet()) {
      files.add(setup().blobPath(blobs));
    }
    segments.forEach(segment -> files.add(segment.path()));
    return files;
  }

  /** Ends with an error when the store is closed or dropped. */
  void demandOpen() {
    store.demandOpen();
  }

  @Override
  public void close() throws IOException {
    view.release();
    log.close();
    if (!store.closed()) {
      store.flusher().request();
    }
  }
}
