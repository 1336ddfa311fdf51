package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.RestorePoint;
import io.velocitydb.engine.Restored;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.LogArchive;
import io.velocitydb.engine.wal.WalReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a data directory from a checkpoint and an archive of its logs. Each database is recovered
 * there as after a crash, with the archived writes behind its own log; then the directory gets its
 * name.
 */
final class RestoredDirectory {
  private final EngineEnvironment environment;
  private final Path archive;
  private final RestorePoint point;
  private final CheckpointDirectory made;
  private final DirectoryEngine unstarted;
  private final Map<String, Restored.Reached> reached = new TreeMap<>();

  private RestoredDirectory(
      EngineEnvironment environment,
      Path archive,
      RestorePoint point,
      CheckpointDirectory made,
      DirectoryEngine unstarted) {
    this.environment = environment;
    this.archive = archive;
    this.point = point;
    this.made = made;
    this.unstarted = unstarted;
  }

  /** See {@link io.velocitydb.engine.Engine#restore}. */
  static Restored restore(
      Path checkpoint,
      Path archive,
      RestorePoint point,
      Path target,
      EngineOptions options,
      EngineEnvironment environment) {
    Vfs vfs = environment.vfs();
    try (AutoCloseable _ = vfs.lock(checkpoint.resolve(DirectoryEngine.LOCK));
        CheckpointDirectory made = new CheckpointDirectory(environment, target)) {
      Catalogue catalogue = Catalogue.read(vfs, checkpoint, environment.memory());
      DirectoryEngine unstarted =
          DirectoryEngine.unstarted(made.unfinished(), options, environment, catalogue);
      RestoredDirectory restored =
          new RestoredDirectory(environment, archive, point, made, unstarted);
      try {
        for (Map.Entry<String, Long> database : catalogue.databases().entrySet()) {
          restored.add(checkpoint, database.getKey(), database.getValue());
        }
      } finally {
        unstarted.discard();
      }
      made.finish(catalogue.format(), catalogue.nextId(), catalogue.sequenceFloor());
      return new Restored(target, restored.reached);
    } catch (Exception e) {
      throw FileErrors.of(target, e);
    }
  }

  private void add(Path checkpoint, String name, long id) throws IOException {
    Vfs vfs = environment.vfs();
    Path from = Catalogue.directory(checkpoint, id, name);
    Manifest.Contents contents = Manifest.read(vfs, from, environment.memory());
    ManifestState state = contents.state();
    List<Path> files = new ArrayList<>();
    state.version().tables().forEach(t -> files.add(DataFiles.TABLES.path(from, t.fileNumber())));
    state.version().blobs().files().keySet().forEach(n -> files.add(DataFiles.BLOBS.path(from, n)));
    state.wals().keySet().forEach(number -> files.add(WalReplay.segmentPath(from, number)));
    made.add(name, id, files, contents.header().format(), state, state.flushedSequence(), () -> {});
    recover(unstarted.setup(name, id));
  }

  private void recover(StoreSetup setup) throws IOException {
    var memory = environment.memory();
    Manifest manifest =
        Manifest.open(
            environment.vfs(),
            setup.directory(),
            memory,
            Manifest.read(environment.vfs(), setup.directory(), memory));
    ArchivedWrites writes =
        new ArchivedWrites(
            setup.name(),
            new LogArchive(
                environment.vfs(),
                LogArchiver.directory(archive, setup.directory()),
                memory,
                setup.id()),
            point);
    try (manifest) {
      TrackedBackground background = new TrackedBackground(environment.background());
      new Recovery(setup, manifest, new TableStore(setup, manifest, background), writes).run();
      background.close();
    }
    reached.put(setup.name(), writes.reached());
  }
}
