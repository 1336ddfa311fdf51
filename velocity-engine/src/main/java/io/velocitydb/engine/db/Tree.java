package io.velocitydb.engine.db;

import io.velocitydb.engine.manifest.Run;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The open tables of one version. Immutable; counted by the views that contain it. */
final class Tree {
  private final Version version;
  private final LiveTable[][] runs;
  private final Map<Long, LiveTable> byNumber = new HashMap<>();
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * Retains every table; born with one reference.
   *
   * @param opened the open table of each file
   */
  Tree(Version version, Function<TableInfo, LiveTable> opened) {
    this.version = version;
    this.runs = new LiveTable[version.runs().size()][];
    for (int i = 0; i < runs.length; i++) {
      Run run = version.runs().get(i);
      List<LiveTable> tables = new ArrayList<>();
      for (TableInfo info : run.tables().tables()) {
        LiveTable table = opened.apply(info);
        tables.add(table);
        byNumber.put(info.fileNumber(), table);
      }
      runs[i] = tables.toArray(LiveTable[]::new);
    }
    byNumber.values().forEach(LiveTable::retain);
  }

  Version version() {
    return version;
  }

  int runCount() {
    return runs.length;
  }

  /** The table of run {@code i} whose bounds may hold a key; null for none. */
  @org.jspecify.annotations.Nullable LiveTable find(int i, long keyAddress, int keyLength) {
    int at = version.runs().get(i).tables().find(keyAddress, keyLength);
    return at < 0 ? null : runs[i][at];
  }

  LiveTable[] run(int i) {
    return runs[i];
  }

  /** The open table of a file that this version contains. */
  LiveTable table(long fileNumber) {
    LiveTable table = byNumber.get(fileNumber);
    if (table == null) {
      throw new IllegalArgumentException("table " + fileNumber + " is not in this version");
    }
    return table;
  }

  boolean contains(long fileNumber) {
    return byNumber.containsKey(fileNumber);
  }

  void retain() {
    references.incrementAndGet();
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      byNumber.values().forEach(LiveTable::release);
    }
  }
}
