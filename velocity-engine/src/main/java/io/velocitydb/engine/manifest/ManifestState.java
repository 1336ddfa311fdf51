package io.velocitydb.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all edits of a manifest add up to. Immutable.
 *
 * @param version the tables
 * @param wals salts of the log segments that are needed, by number
 * @param nextFileNumber no file with this number or above was named by the manifest
 * @param sequenceCeiling no sequence above it was given out
 * @param flushedSequence everything up to it lies in tables
 * @param engineTimeMs the engine's clock stood there at least
 * @param applied what of an external log the tables contain
 * @param cleanClose how the log ended, if the last edit was an orderly close
 */
public record ManifestState(
    Version version,
    Map<Long, Long> wals,
    long nextFileNumber,
    long sequenceCeiling,
    long flushedSequence,
    long engineTimeMs,
    Optional<Applied> applied,
    Optional<CleanClose> cleanClose) {

  public ManifestState {
    wals = java.util.Collections.unmodifiableMap(new TreeMap<>(wals));
  }

  /** Of a database whose sequences begin above {@code lastSequence}. */
  public static ManifestState initial(long lastSequence) {
    return new ManifestState(
        Version.EMPTY,
        Map.of(),
        1,
        lastSequence,
        lastSequence,
        0,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The state after an edit.
   *
   * @throws IllegalArgumentException if the edit does not fit
   */
  public ManifestState apply(VersionEdit edit, long newNextFileNumber) {
    Map<Long, Long> newWals = new TreeMap<>(wals);
    for (WalName wal : edit.addedWals()) {
      newWals.put(wal.number(), wal.salt());
    }
    for (long removed : edit.removedWals()) {
      newWals.remove(removed);
    }
    return new ManifestState(
        version.apply(edit),
        newWals,
        Math.max(nextFileNumber, newNextFileNumber),
        Math.max(sequenceCeiling, edit.sequenceCeiling().orElse(0)),
        Math.max(flushedSequence, edit.flushedSequence().orElse(0)),
        Math.max(engineTimeMs, edit.engineTimeMs().orElse(0)),
        edit.applied().isPresent() ? edit.applied() : applied,
        edit.cleanClose());
  }

  /**
   * The same for a copy of the files, whose log ends here.
   *
   * @param ended salts of its log segments by number, all of them synced
   * @param end where the last of them ends
   */
  public ManifestState copied(Map<Long, Long> ended, CleanClose end, long nowMs) {
    return new ManifestState(
        version,
        ended,
        nextFileNumber,
        Math.max(sequenceCeiling, end.lastSequence()),
        flushedSequence,
        Math.max(engineTimeMs, nowMs),
        applied,
        Optional.of(end));
  }

  /** The one edit that leads from nothing to this state. */
  VersionEdit asEdit() {
    List<WalName> names = new ArrayList<>();
    wals.forEach((number, salt) -> names.add(new WalName(number, salt)));
    List<AddedTable> tables = new ArrayList<>();
    for (Run run : version.runs()) {
      run.tables()
          .tables()
          .forEach(table -> tables.add(new AddedTable(run.tier(), run.number(), table)));
    }
    VersionEdit.Builder edit =
        VersionEdit.builder()
            .sequenceCeiling(sequenceCeiling)
            .flushedSequence(flushedSequence)
            .engineTime(engineTimeMs);
    names.forEach(edit::addWal);
    tables.forEach(t -> edit.addTable(t.tier(), t.run(), t.table()));
    version.blobs().files().values().forEach(edit::addBlob);
    version.blobs().references().forEach(edit::references);
    applied.ifPresent(edit::applied);
    cleanClose.ifPresent(edit::cleanClose);
    return edit.build();
  }
}
