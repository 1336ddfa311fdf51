package io.velocitydb.engine.db;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import java.util.ArrayList;
import java.util.List;

/** Figures of a store, taken at the moment of asking. */
final class Statistics {
  private final Store store;

  Statistics(Store store) {
    this.store = store;
  }

  DatabaseStats stats(long reads, long readHits) {
    ReadView view = store.views().acquire();
    try {
      long memtableBytes = 0;
      long entries = 0;
      for (Memtable memtable : memtables(view)) {
        memtableBytes += memtable.bytes();
        entries += memtable.entries();
      }
      List<TableInfo> tables = view.tree().version().tables();
      for (TableInfo table : tables) {
        entries += Math.max(0, table.entries() - 2 * table.deletes());
      }
      EngineException poison = store.pipeline().poison();
      boolean full = store.setup().disk().full();
      Version version = view.tree().version();
      long tableBytes = version.bytes() + version.blobs().bytes();
      return new DatabaseStats(
          store.pipeline().operations(),
          reads,
          readHits,
          store.wal().written(),
          store.pipeline().logSyncs().count(),
          store.pipeline().logSyncs().nanos(),
          memtableBytes,
          view.immutables().size(),
          tables.size(),
          tableBytes,
          view.tree().runCount(),
          store.flusher().flushes(),
          store.compactor().compactions(),
          store.compactor().bytesWritten(),
          store.commit().stallNanos(),
          tableBytes + store.wal().bytes() + store.manifest().bytes(),
          entries,
          store.pipeline().lastSequence(),
          store.tables().metrics().corruptions(),
          poison == null && !full,
          poison != null
              ? String.valueOf(poison.getMessage())
              : full ? String.valueOf(store.diskFull().getMessage()) : "");
    } finally {
      view.release();
    }
  }

  private static List<Memtable> memtables(ReadView view) {
    List<Memtable> all = new ArrayList<>();
    all.add(view.active());
    view.immutables().forEach(immutable -> all.add(immutable.table()));
    return all;
  }

  /** Entries of a range: those in memory counted, those in tables estimated by their indexes. */
  long estimateCount(KeyRange range) {
    ReadView view = store.views().acquire();
    try {
      long count = 0;
      for (Memtable memtable : memtables(view)) {
        count += count(memtable, range);
      }
      for (TableInfo table : view.tree().version().tables()) {
        byte[] end = range.end();
        if (table.overlaps(range.start(), end == null ? new byte[0] : end)) {
          TableReader reader = view.tree().table(table.fileNumber()).retainReader();
          try {
            count += reader.estimateCount(range);
          } finally {
            reader.release();
          }
        }
      }
      return count;
    } finally {
      view.release();
    }
  }

  private long count(Memtable memtable, KeyRange range) {
    NativeMemory memory = store.setup().environment().memory();
    byte[] start = range.start();
    byte[] end = range.end();
    long address = memory.allocate(start.length + 1L, MemoryTag.CURSOR);
    long count = 0;
    try (InternalCursor cursor = memtable.cursor()) {
      Memory.copy(start, 0, address, start.length);
      cursor.seek(address, start.length, InternalKey.MAX_SEQUENCE);
      while (cursor.valid()
          && (end == null || Memory.compare(cursor.keyAddress(), cursor.keyLength(), end) < 0)) {
        count++;
        cursor.next();
      }
    } finally {
      memory.free(address, start.length + 1L, MemoryTag.CURSOR);
    }
    return count;
  }
}
