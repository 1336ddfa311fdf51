package io.velocitydb.engine.manifest;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One step of a database's files and counters, taken whole or not at all.
 *
 * @param sequenceCeiling no sequence above it is given out before an edit raised it
 * @param flushedSequence everything up to it lies in tables
 * @param engineTimeMs the engine's clock stood there at least
 * @param addedWals log segments that may be written from now on
 * @param removedWals log segments that are not needed any more
 * @param addedTables new tables
 * @param removedTables numbers of tables that do not belong any more
 * @param addedBlobs new blob files, or new lengths of some
 * @param removedBlobs numbers of blob files that no table refers to any more
 * @param references what added tables refer to in blob files, by number of the table
 * @param applied what of an external log the tables contain
 * @param cleanClose how the log ended
 */
public record VersionEdit(
    OptionalLong sequenceCeiling,
    OptionalLong flushedSequence,
    OptionalLong engineTimeMs,
    List<WalName> addedWals,
    List<Long> removedWals,
    List<AddedTable> addedTables,
    List<Long> removedTables,
    List<BlobFileInfo> addedBlobs,
    List<Long> removedBlobs,
    Map<Long, List<BlobReference>> references,
    Optional<Applied> applied,
    Optional<CleanClose> cleanClose) {
  public VersionEdit {
    addedWals = List.copyOf(addedWals);
    removedWals = List.copyOf(removedWals);
    addedTables = List.copyOf(addedTables);
    removedTables = List.copyOf(removedTables);
    addedBlobs = List.copyOf(addedBlobs);
    removedBlobs = List.copyOf(removedBlobs);
    references = Collections.unmodifiableMap(new TreeMap<>(references));
  }

  /** This edit, which also removes some blob files. */
  public VersionEdit withRemovedBlobs(List<Long> numbers) {
    List<Long> removed = new ArrayList<>(removedBlobs);
    removed.addAll(numbers);
    return new VersionEdit(
        sequenceCeiling,
        flushedSequence,
        engineTimeMs,
        addedWals,
        removedWals,
        addedTables,
        removedTables,
        addedBlobs,
        removed,
        references,
        applied,
        cleanClose);
  }

  /** An edit to be filled. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects an edit. Not thread-safe. */
  public static final class Builder {
    private OptionalLong sequenceCeiling = OptionalLong.empty();
    private OptionalLong flushedSequence = OptionalLong.empty();
    private OptionalLong engineTimeMs = OptionalLong.empty();
    private final List<WalName> addedWals = new ArrayList<>();
    private final List<Long> removedWals = new ArrayList<>();
    private final List<AddedTable> addedTables = new ArrayList<>();
    private final List<Long> removedTables = new ArrayList<>();
    private final List<BlobFileInfo> addedBlobs = new ArrayList<>();
    private final List<Long> removedBlobs = new ArrayList<>();
    private final Map<Long, List<BlobReference>> references = new HashMap<>();
    private Optional<Applied> applied = Optional.empty();
    private Optional<CleanClose> cleanClose = Optional.empty();

    private Builder() {}

    public Builder sequenceCeiling(long sequence) {
      sequenceCeiling = OptionalLong.of(sequence);
      return this;
    }

    public Builder flushedSequence(long sequence) {
      flushedSequence = OptionalLong.of(sequence);
      return this;
    }

    public Builder engineTime(long millis) {
      engineTimeMs = OptionalLong.of(millis);
      return this;
    }

    public Builder addWal(WalName wal) {
      addedWals.add(wal);
      return this;
    }

    public Builder removeWal(long number) {
      removedWals.add(number);
      return this;
    }

    public Builder addTable(int tier, long run, TableInfo table) {
      addedTables.add(new AddedTable(tier, run, table));
      return this;
    }

    public Builder removeTable(long fileNumber) {
      removedTables.add(fileNumber);
      return this;
    }

    public Builder addBlob(BlobFileInfo blob) {
      addedBlobs.add(blob);
      return this;
    }

    public Builder removeBlob(long number) {
      removedBlobs.add(number);
      return this;
    }

    /** What an added table refers to. */
    public Builder references(long table, List<BlobReference> to) {
      references.put(table, List.copyOf(to));
      return this;
    }

    public Builder applied(Applied value) {
      applied = Optional.of(value);
      return this;
    }

    public Builder cleanClose(CleanClose value) {
      cleanClose = Optional.of(value);
      return this;
    }

    public VersionEdit build() {
      return new VersionEdit(
          sequenceCeiling,
          flushedSequence,
          engineTimeMs,
          addedWals,
          removedWals,
          addedTables,
          removedTables,
          addedBlobs,
          removedBlobs,
          references,
          applied,
          cleanClose);
    }
  }
}
