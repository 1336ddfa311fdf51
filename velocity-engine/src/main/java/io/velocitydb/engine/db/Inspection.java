package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.blob.BlobPointer;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.log.ReadableBytes;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestInspection;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableLayout;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalInspection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Shows what a single file holds; its name tells what it is. Changes nothing. */
public final class Inspection {
  private Inspection() {}

  /** See {@link io.velocitydb.engine.Engine#inspect}. */
  public static void run(Vfs vfs, Path path, Consumer<Inspected> sink) {
    NativeMemory memory = new NativeMemory();
    String name = String.valueOf(path.getFileName());
    try {
      if (!vfs.exists(path)) {
        throw new EngineException(Kind.INVALID_ARGUMENT, "there is no file " + path);
      }
      if (name.endsWith(".wal")) {
        WalInspection.run(vfs, path, memory, sink);
      } else if (name.startsWith(Manifest.FILE)) {
        ManifestInspection.run(vfs, path, memory, sink);
      } else if (name.endsWith(".sst") || name.endsWith(".velo")) {
        table(vfs, path, memory, sink);
      } else {
        throw new EngineException(
            Kind.INVALID_ARGUMENT,
            path + " is none of *.wal, *.sst, *.velo and MANIFEST: nothing else can be shown");
      }
    } catch (IOException e) {
      throw FileErrors.of(path, e);
    }
  }

  private static void table(Vfs vfs, Path path, NativeMemory memory, Consumer<Inspected> sink)
      throws IOException {
    TableId id = TableId.of(vfs, path, memory);
    TableReader reader = TableReader.open(vfs, path, id, memory, new TableMetrics());
    try {
      TableInfo info = reader.info();
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("database", "" + id.database());
      fields.put("number", "" + id.fileNumber());
      fields.put("bytes", "" + info.fileBytes());
      fields.put("entries", "" + info.entries());
      fields.put("deletes", "" + info.deletes());
      fields.put("range_deletes", "" + info.rangeTombstones());
      fields.put("min_sequence", "" + info.minSequence());
      fields.put("max_sequence", "" + info.maxSequence());
      fields.put("expiring", "" + info.expiring());
      fields.put("smallest", ReadableBytes.of(info.smallest()));
      fields.put("largest", ReadableBytes.of(info.largest()));
      TableLayout layout = reader.layout();
      fields.put("table_version", "" + layout.version());
      fields.put("data_blocks", "" + layout.dataBlocks());
      fields.put("index_partitions", "" + layout.indexPartitions());
      fields.put("filter_partitions", "" + layout.filterPartitions());
      sink.accept(new Inspected("table", fields));
      try (InternalCursor cursor = reader.cursor(CacheUse.BYPASS)) {
        for (cursor.first(); cursor.valid(); cursor.next()) {
          sink.accept(entry(cursor));
        }
      }
      rangeDeletes(reader.rangeTombstones(), sink);
    } finally {
      reader.release();
    }
  }

  private static Inspected entry(InternalCursor cursor) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("sequence", "" + cursor.sequence());
    fields.put("key", ReadableBytes.of(cursor.keyAddress(), cursor.keyLength()));
    if (cursor.kind() == EntryKind.BLOB) {
      fields.put("value_bytes", "" + BlobPointer.length(cursor.valueAddress()));
      fields.put("blob_file", "" + BlobPointer.file(cursor.valueAddress()));
      fields.put("blob_offset", "" + BlobPointer.offset(cursor.valueAddress()));
    } else if (cursor.kind() != EntryKind.DELETE) {
      fields.put("value_bytes", "" + cursor.valueLength());
    }
    if (EntryKind.isValue(cursor.kind())) {
      fields.put("encoding", "" + cursor.encoding());
      fields.put("expires_at_ms", "" + cursor.expiresAtMs());
    }
    return new Inspected(EntryKind.name(cursor.kind()), fields);
  }

  /** Ranges that do not overlap, each with all that delete it; the newest first. */
  private static void rangeDeletes(RangeTombstones tombstones, Consumer<Inspected> sink) {
    RangeTombstones.Boundaries at = tombstones.boundaries();
    at.rewind();
    at.next();
    while (at.valid()) {
      List<Long> sequences = new ArrayList<>();
      for (long sequence = at.covering(InternalKey.MAX_SEQUENCE);
          sequence != 0;
          sequence = at.covering(sequence - 1)) {
        sequences.add(sequence);
      }
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("sequences", sequences.toString());
      fields.put("from", ReadableBytes.of(at.keyAddress(), at.keyLength()));
      at.next();
      fields.put(
          "to",
          at.valid() ? ReadableBytes.of(at.keyAddress(), at.keyLength()) : "the end of all keys");
      if (!sequences.isEmpty()) {
        sink.accept(new Inspected(EntryKind.name(EntryKind.RANGE_DELETE), fields));
      }
    }
  }
}
