package io.velocitydb.engine.manifest;

import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The blob files of a database at one moment, and what its tables refer to in them. What no table
 * refers to is dead. Immutable.
 *
 * @param files by number
 * @param references of each table that has any, by its number
 */
public record Blobs(Map<Long, BlobFileInfo> files, Map<Long, List<BlobReference>> references) {
  /** Without files. */
  public static final Blobs NONE = new Blobs(Map.of(), Map.of());

  public Blobs {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    references = Collections.unmodifiableMap(new TreeMap<>(references));
    for (Map.Entry<Long, List<BlobReference>> table : references.entrySet()) {
      for (BlobReference reference : table.getValue()) {
        if (!files.containsKey(reference.file())) {
          throw new IllegalArgumentException(
              "table " + table.getKey() + " refers to blob file " + reference.file());
        }
      }
    }
  }

  /**
   * After an edit.
   *
   * @throws IllegalArgumentException if the edit does not fit
   */
  Blobs apply(VersionEdit edit) {
    if (edit.addedBlobs().isEmpty()
        && edit.removedBlobs().isEmpty()
        && edit.references().isEmpty()
        && references.isEmpty()) {
      return this;
    }
    Map<Long, BlobFileInfo> newFiles = new HashMap<>(files);
    Map<Long, List<BlobReference>> newReferences = new HashMap<>(references);
    edit.removedTables().forEach(newReferences::remove);
    edit.addedBlobs().forEach(blob -> newFiles.put(blob.number(), blob));
    newReferences.putAll(edit.references());
    for (long removed : edit.removedBlobs()) {
      if (newFiles.remove(removed) == null) {
        throw new IllegalArgumentException("removes a blob file that is not there: " + removed);
      }
    }
    return new Blobs(newFiles, newReferences);
  }

  /** Whether a table refers to one of some files. */
  public boolean refersTo(long table, Set<Long> numbers) {
    return references.getOrDefault(table, List.of()).stream()
        .anyMatch(reference -> numbers.contains(reference.file()));
  }

  /** Bytes of each file that tables refer to. */
  public Map<Long, Long> liveBytes() {
    Map<Long, Long> live = new HashMap<>();
    for (List<BlobReference> table : references.values()) {
      table.forEach(reference -> live.merge(reference.file(), reference.bytes(), Long::sum));
    }
    return live;
  }

  /** Numbers of files that no table refers to. */
  public List<Long> unreferenced() {
    Map<Long, Long> live = liveBytes();
    List<Long> dead = new ArrayList<>();
    for (long number : files.keySet()) {
      if (!live.containsKey(number)) {
        dead.add(number);
      }
    }
    return dead;
  }

  /** Bytes of all files. */
  public long bytes() {
    long sum = 0;
    for (BlobFileInfo file : files.values()) {
      sum += file.bytes();
    }
    return sum;
  }
}
