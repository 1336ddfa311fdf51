package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.blob.BlobPointer;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.manifest.Run;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one version, and a reader for each. Immutable; counted by the views that contain
 * it, so that a read that holds a view may use them without counting.
 */
final class Tree {
  private final Version version;
  private final TableReader[][] runs;
  private final Map<Long, LiveTable> byNumber = new HashMap<>();
  private final long[] blobNumbers;
  private final LiveBlobs[] blobs;
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * Retains every table and its present reader; born with one reference.
   *
   * @param opened the table of each file
   * @param openedBlobs each blob file, by its number
   */
  Tree(
      Version version, Function<TableInfo, LiveTable> opened, LongFunction<LiveBlobs> openedBlobs) {
    this.version = version;
    this.runs = new TableReader[version.runs().size()][];
    for (int i = 0; i < runs.length; i++) {
      Run run = version.runs().get(i);
      List<TableReader> readers = new ArrayList<>();
      for (TableInfo info : run.tables().tables()) {
        LiveTable table = opened.apply(info);
        table.retain();
        byNumber.put(info.fileNumber(), table);
        readers.add(table.retainReader());
      }
      runs[i] = readers.toArray(TableReader[]::new);
    }
    blobNumbers =
        version.blobs().files().keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    blobs = new LiveBlobs[blobNumbers.length];
    for (int i = 0; i < blobs.length; i++) {
      blobs[i] = openedBlobs.apply(blobNumbers[i]);
      blobs[i].retain();
    }
  }

  Version version() {
    return version;
  }

  int runCount() {
    return runs.length;
  }

  /** The table of run {@code i} whose bounds may hold a key; null for none. */
  @Nullable TableReader find(int i, long keyAddress, int keyLength) {
    int at = version.runs().get(i).tables().find(keyAddress, keyLength);
    return at < 0 ? null : runs[i][at];
  }

  /** The reader of a table of this version. */
  TableReader reader(TableInfo table) {
    for (int i = 0; i < runs.length; i++) {
      int at = version.runs().get(i).tables().tables().indexOf(table);
      if (at >= 0) {
        return runs[i][at];
      }
    }
    throw new IllegalArgumentException(table + " is not in this version");
  }

  TableReader[] run(int i) {
    return runs[i];
  }

  /** The table of a file that this version contains. */
  LiveTable table(long fileNumber) {
    LiveTable table = byNumber.get(fileNumber);
    if (table == null) {
      throw new IllegalArgumentException("table " + fileNumber + " is not in this version");
    }
    return table;
  }

  /**
   * Brings the value of a pointer into a pin; allocates nothing for values of usual size.
   *
   * @param mayBlock whether the file may be read
   * @return false if the file would have to be read
   */
  boolean readLarge(
      long pointerAddress, int pointerLength, CacheUse use, boolean mayBlock, BlockPin into) {
    int i = Arrays.binarySearch(blobNumbers, BlobPointer.file(pointerAddress));
    if (i < 0) {
      throw new EngineException(
          Kind.CORRUPTION,
          "an entry points to blob file "
              + BlobPointer.file(pointerAddress)
              + ", which the manifest does not have; restore the database from a backup");
    }
    return blobs[i].reader().read(pointerAddress, pointerLength, use, mayBlock, into);
  }

  boolean contains(long fileNumber) {
    return byNumber.containsKey(fileNumber);
  }

  void retain() {
    references.incrementAndGet();
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      for (TableReader[] run : runs) {
        for (TableReader reader : run) {
          reader.release();
        }
      }
      byNumber.values().forEach(LiveTable::release);
      for (LiveBlobs file : blobs) {
        file.release();
      }
    }
  }
}
