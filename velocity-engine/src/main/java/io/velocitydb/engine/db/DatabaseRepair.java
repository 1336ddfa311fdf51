package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalPosition;
import io.velocitydb.engine.wal.WalReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the files of one database open again: a manifest that names exactly the tables, with all
 * large values that they point to, and log segments that can be read. What was in the others is
 * lost, and said to be. Not thread-safe.
 */
final class DatabaseRepair {
  /** Sequences that are skipped where nobody knows the last one. */
  private static final long SKIPPED_SEQUENCES = 1L << 32;

  private final Vfs vfs;
  private final NativeMemory memory;
  private final Path directory;
  private final long id;
  private final int format;
  private final LostAndFound aside;
  private final List<String> done;
  private final List<String> lost;

  /**
   * @param format of a manifest that has to be made anew
   */
  DatabaseRepair(
      Vfs vfs,
      NativeMemory memory,
      Path directory,
      long id,
      int format,
      LostAndFound aside,
      List<String> done,
      List<String> lost) {
    this.vfs = vfs;
    this.memory = memory;
    this.directory = directory;
    this.id = id;
    this.format = format;
    this.aside = aside;
    this.done = done;
    this.lost = lost;
  }

  /** Repairs; whether the log must be replayed without what does not match. */
  boolean run() throws IOException {
    Optional<Manifest.Contents> found = manifest();
    ManifestState state;
    try (FoundBlobs blobs = new FoundBlobs(vfs, directory, id, memory)) {
      state = repaired(found, blobs);
    }
    return logIsDamaged(state);
  }

  private ManifestState repaired(Optional<Manifest.Contents> found, FoundBlobs blobs)
      throws IOException {
    ManifestState state;
    if (found.isPresent()) {
      state = withoutDamaged(found.get().state(), blobs);
      if (!state.equals(found.get().state())) {
        aside.keep(directory.resolve(Manifest.FILE));
        write(found.get().header().format(), state);
      }
    } else {
      state = rebuilt(blobs);
      aside.move(directory.resolve(Manifest.FILE));
      boolean large = !state.version().blobs().files().isEmpty();
      write(large ? Math.max(format, Manifest.FORMAT_WITH_BLOBS) : format, state);
      done.add(
          "%s was made anew from %d tables and %d log segments; merged tables that were not removed"
                  .formatted(
                      directory.resolve(Manifest.FILE),
                      state.version().tables().size(),
                      state.wals().size())
              + " yet may bring deleted entries back");
    }
    return state;
  }

  private Optional<Manifest.Contents> manifest() throws IOException {
    try {
      return Optional.of(Manifest.read(vfs, directory, memory));
    } catch (EngineException e) {
      if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void write(int manifestFormat, ManifestState state) throws IOException {
    Manifest.create(vfs, directory, memory, id, manifestFormat, state).close();
  }

  private ManifestState withoutDamaged(ManifestState state, FoundBlobs blobs) throws IOException {
    VersionEdit.Builder edit = VersionEdit.builder();
    boolean any = false;
    for (BlobFileInfo info : state.version().blobs().files().values()) {
      String wrong = blobs.open(info);
      if (!wrong.isEmpty()) {
        aside.move(blobs.path(info.number()));
        edit.removeBlob(info.number());
        lost.add("a file of large values: " + wrong);
        any = true;
      }
    }
    for (TableInfo table : state.version().tables()) {
      Path path = DataFiles.TABLES.path(directory, table.fileNumber());
      String wrong = wrong(path, table, blobs);
      if (!wrong.isEmpty()) {
        aside.move(path);
        edit.removeTable(table.fileNumber());
        lost.add(
            "the "
                + table.entries()
                + " entries of a table; older values and deleted entries may show in their place: "
                + wrong);
        any = true;
      }
    }
    if (!any) {
      return state;
    }
    state.cleanClose().ifPresent(edit::cleanClose);
    done.add(directory.resolve(Manifest.FILE) + " does not name the damaged tables any more");
    return state.apply(edit.build(), state.nextFileNumber());
  }

  /** What is wrong with a table that the manifest names; empty if it is right. */
  private String wrong(Path path, TableInfo expected, FoundBlobs blobs) {
    try {
      verify(
          TableReader.open(
              vfs,
              path,
              new TableId(id, expected.fileNumber()),
              expected,
              memory,
              new TableMetrics(),
              null),
          blobs);
      return "";
    } catch (EngineException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Reads all of it, and the large values that it points to. */
  private static TableInfo verify(TableReader reader, FoundBlobs blobs) {
    try {
      boolean _ = blobs.takeReferences().isEmpty();
      reader.verify(blobs::read);
      return reader.info();
    } finally {
      reader.release();
    }
  }

  /**
   * What the files say. Whatever a table holds beyond another one is newer: flushes are installed
   * in order, and a merged table reaches as far as its newest input.
   */
  private ManifestState rebuilt(FoundBlobs blobs) throws IOException {
    List<TableInfo> tables = new ArrayList<>();
    VersionEdit.Builder edit = VersionEdit.builder();
    long highest = 0;
    Map<Long, BlobFileInfo> large = largeValues(blobs);
    Set<Long> referred = new HashSet<>();
    long lastFile = large.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    for (String file : vfs.list(directory)) {
      Path path = directory.resolve(file);
      OptionalLong table = DataFiles.TABLES.number(file);
      OptionalLong segment = WalReplay.segmentNumber(file);
      if (table.isPresent()) {
        lastFile = Math.max(lastFile, table.getAsLong());
        Optional<TableInfo> info = readable(path, table.getAsLong(), blobs);
        if (info.isPresent()) {
          tables.add(info.get());
          List<BlobReference> references = blobs.takeReferences();
          if (!references.isEmpty()) {
            edit.references(table.getAsLong(), references);
            references.forEach(reference -> referred.add(reference.file()));
          }
        }
      } else if (segment.isPresent()) {
        lastFile = Math.max(lastFile, segment.getAsLong());
        Optional<WalName> name = WalReplay.segmentName(vfs, path, memory, id);
        if (name.isPresent()) {
          edit.addWal(name.get());
          highest = Math.max(highest, WalReplay.highestSequence(vfs, path, memory));
        } else {
          aside.move(path);
          lost.add(path + " was no readable segment of this log");
        }
      }
    }
    for (BlobFileInfo info : large.values()) {
      if (referred.contains(info.number())) {
        edit.addBlob(info);
      } else {
        // What referred to it may be what could not be read.
        aside.move(blobs.path(info.number()));
      }
    }
    tables.sort(Comparator.comparingLong(TableInfo::maxSequence));
    long flushed = 0;
    for (int i = 0; i < tables.size(); i++) {
      edit.addTable(0, i + 1L, tables.get(i));
      flushed = Math.max(flushed, tables.get(i).maxSequence());
    }
    return ManifestState.initial(0)
        .apply(
            edit.flushedSequence(flushed)
                .sequenceCeiling(Math.max(flushed, highest) + SKIPPED_SEQUENCES)
                .build(),
            lastFile + 1);
  }

  /** The blob files that are what their names say, by number; the others are put aside. */
  private Map<Long, BlobFileInfo> largeValues(FoundBlobs blobs) throws IOException {
    Map<Long, BlobFileInfo> found = new TreeMap<>();
    for (String file : vfs.list(directory)) {
      OptionalLong number = DataFiles.BLOBS.number(file);
      if (number.isPresent()) {
        Path path = blobs.path(number.getAsLong());
        BlobFileInfo info = new BlobFileInfo(number.getAsLong(), vfs.size(path));
        String wrong = blobs.open(info);
        if (wrong.isEmpty()) {
          found.put(info.number(), info);
        } else {
          aside.move(path);
          lost.add("a file of large values, or the beginning of one: " + wrong);
        }
      }
    }
    return found;
  }

  private Optional<TableInfo> readable(Path path, long number, FoundBlobs blobs)
      throws IOException {
    try {
      return Optional.of(
          verify(
              TableReader.open(vfs, path, new TableId(id, number), memory, new TableMetrics()),
              blobs));
    } catch (EngineException e) {
      if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
        throw e;
      }
      aside.move(path);
      lost.add("a table or the beginning of one: " + e.getMessage());
      return Optional.empty();
    }
  }

  private boolean logIsDamaged(ManifestState state) throws IOException {
    List<WalName> segments = new ArrayList<>();
    state.wals().forEach((number, salt) -> segments.add(new WalName(number, salt)));
    WalPosition witness =
        state
            .cleanClose()
            .map(c -> new WalPosition(c.segment(), c.offset()))
            .orElse(WalPosition.START);
    try {
      WalReplay.run(
          vfs,
          directory,
          memory,
          id,
          segments,
          witness,
          WalRecovery.TAIL,
          new FileChecks.Counter());
      return false;
    } catch (EngineException e) {
      if (e.kind() == Kind.UNSUPPORTED_FORMAT) {
        throw e;
      }
      for (WalName segment : segments) {
        aside.keep(WalReplay.segmentPath(directory, segment.number()));
      }
      done.add("the log in " + directory + " was replayed without what does not match");
      return true;
    }
  }
}
