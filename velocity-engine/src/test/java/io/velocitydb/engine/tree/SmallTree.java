package io.velocitydb.engine.tree;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.compaction.CompactionJob;
import io.velocitydb.engine.compaction.CompactionPicker;
import io.velocitydb.engine.compaction.Interruption;
import io.velocitydb.engine.compaction.LiveSnapshot;
import io.velocitydb.engine.compaction.Merge;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.compaction.OlderRuns;
import io.velocitydb.engine.compaction.Slice;
import io.velocitydb.engine.compaction.TableFactory;
import io.velocitydb.engine.compaction.ValueFiles;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.MergingCursor;
import io.velocitydb.engine.cursor.ModelEntry;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.cursor.VisibleCursor;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableOptions;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.sstable.TableWriter;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A tree of memtables and runs without log, manifest or threads: the parts, put together. */
public final class SmallTree implements AutoCloseable {
  public final NativeMemory memory = new NativeMemory();
  public final TableMetrics metrics = new TableMetrics();
  public final List<LiveSnapshot> snapshots = new ArrayList<>();

  /** Newest first. */
  public List<SortedRun> runs = new ArrayList<>();

  public long sequence;
  public long nowMs = 1_000;

  private final Vfs vfs;
  private final TableOptions options;
  private final long targetFileBytes;
  private final Map<Long, TableReader> readers = new HashMap<>();
  private final List<Memtable> memtables = new ArrayList<>();
  private final NativeBytes key = new NativeBytes(memory);
  private final NativeBytes value = new NativeBytes(memory);
  private final PointResult result = new PointResult(memory);
  private final BlockCache cache = new BlockCache(memory, 64 << 10);
  private long nextFile = 1;

  public SmallTree(Vfs vfs, TableOptions options, long targetFileBytes) {
    this.vfs = vfs;
    this.options = options;
    this.targetFileBytes = targetFileBytes;
    memtables.add(new Memtable(memory));
  }

  static Path path(long number) {
    return Path.of("/" + number + ".sst");
  }

  public void write(byte kind, String k, String v, long expiresAtMs) {
    key.set(ModelEntry.bytes(k));
    value.set(ModelEntry.bytes(v));
    memtables
        .getFirst()
        .add(
            ++sequence,
            kind,
            (byte) 0,
            expiresAtMs,
            key.address(),
            key.length(),
            value.address(),
            value.length());
  }

  /** A new memtable takes the writes; the old one is read until it is flushed. */
  public void rotate() {
    memtables.addFirst(new Memtable(memory));
  }

  /** Flushes every memtable but the newest. */
  public void flush() {
    while (memtables.size() > 1) {
      Memtable oldest = memtables.getLast();
      try (Sources sources = new Sources(memory).add(oldest)) {
        install(merge(sources, new OlderRuns(runs)), 0, 0);
      }
      memtables.removeLast();
      oldest.release();
    }
  }

  public void compact(CompactionJob job) {
    List<SortedRun> inputs = runs.subList(job.first(), job.first() + job.count());
    OlderRuns older = new OlderRuns(runs.subList(job.first() + job.count(), runs.size()));
    try (Sources sources = new Sources(memory)) {
      for (SortedRun run : inputs) {
        sources.add(run, this::open);
      }
      install(merge(sources, older), job.first(), job.count());
    }
  }

  private MergeResult merge(Sources sources, OlderRuns older) {
    TableFactory factory =
        new TableFactory() {
          @Override
          public TableWriter create() throws IOException {
            long number = nextFile++;
            return new TableWriter(vfs, path(number), new TableId(1, number), options, memory);
          }

          @Override
          public void discard(TableInfo table) {
            delete(table);
          }
        };
    try (MergingCursor entries = sources.cursor()) {
      return Merge.run(
          entries,
          sources.rangeTombstones(),
          snapshots,
          nowMs,
          older,
          factory,
          ValueFiles.NONE,
          targetFileBytes,
          Slice.WHOLE,
          Interruption.NONE,
          memory);
    }
  }

  private void install(MergeResult merged, int first, int count) {
    List<SortedRun> next = new ArrayList<>(runs);
    List<SortedRun> replaced = next.subList(first, first + count);
    List<SortedRun> old = List.copyOf(replaced);
    replaced.clear();
    if (!merged.tables().isEmpty()) {
      next.add(first, new SortedRun(merged.tables()));
    }
    runs = next;
    for (SortedRun run : old) {
      run.tables().forEach(this::delete);
    }
  }

  /** Drops tables that are expired whole. */
  public int dropExpired() {
    long earliest = nowMs;
    for (LiveSnapshot snapshot : snapshots) {
      earliest = Math.min(earliest, snapshot.timeMs());
    }
    return drop(CompactionPicker.expired(runs, earliest));
  }

  /** Drops tables that range tombstones of others cover whole. */
  public int dropCovered() {
    long oldest = sequence;
    for (LiveSnapshot snapshot : snapshots) {
      oldest = Math.min(oldest, snapshot.sequence());
    }
    try (Sources sources = new Sources(memory)) {
      for (SortedRun run : runs) {
        sources.add(run, this::open);
      }
      List<TableInfo> covered =
          CompactionPicker.covered(runs, sources.rangeTombstones(), oldest, memory);
      return drop(covered);
    }
  }

  private int drop(List<TableInfo> dropped) {
    List<SortedRun> next = new ArrayList<>();
    for (SortedRun run : runs) {
      List<TableInfo> rest = new ArrayList<>(run.tables());
      rest.removeAll(dropped);
      if (!rest.isEmpty()) {
        next.add(new SortedRun(rest));
      }
    }
    runs = next;
    dropped.forEach(this::delete);
    return dropped.size();
  }

  private void delete(TableInfo table) {
    TableReader reader = readers.remove(table.fileNumber());
    if (reader != null) {
      reader.release();
    }
    try {
      vfs.delete(path(table.fileNumber()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public TableReader open(TableInfo info) {
    TableReader reader =
        readers.computeIfAbsent(
            info.fileNumber(),
            number ->
                TableReader.open(
                    vfs, path(number), new TableId(1, number), null, memory, metrics, cache));
    reader.retain();
    return reader;
  }

  /** A point read, as the engine does it. */
  public Optional<ModelEntry> get(String k, LiveSnapshot at) {
    key.set(ModelEntry.bytes(k));
    long address = key.address();
    int length = key.length();
    long hash = KeyHash.of(address, length);
    long covering = 0;
    boolean found = false;
    for (Memtable memtable : memtables) {
      covering = Math.max(covering, memtable.coveringRangeDelete(address, length, at.sequence()));
      found = memtable.get(address, length, hash, at.sequence(), result);
      if (found) {
        break;
      }
    }
    for (int i = 0; i < runs.size() && !found; i++) {
      int table = runs.get(i).find(address, length);
      if (table >= 0) {
        TableReader reader = open(runs.get(i).tables().get(table));
        covering = Math.max(covering, reader.coveringRangeDelete(address, length, at.sequence()));
        found = reader.get(address, length, hash, at.sequence(), true, result) == ReadResult.FOUND;
        reader.release();
      }
    }
    Optional<ModelEntry> answer =
        found
                && result.kind() == EntryKind.PUT
                && covering < result.sequence()
                && !InternalKey.expired(result.expiresAtMs(), at.timeMs())
            ? Optional.of(ModelEntry.of(k, result))
            : Optional.empty();
    result.release();
    return answer;
  }

  public VisibleCursor cursor(LiveSnapshot at, KeyRange range, boolean reverse) {
    Sources sources = new Sources(memory);
    memtables.forEach(sources::add);
    for (SortedRun run : runs) {
      sources.add(run, this::open);
    }
    return new VisibleCursor(
        sources.cursor(),
        sources.rangeTombstones(),
        memory,
        at.sequence(),
        at.timeMs(),
        range,
        reverse,
        (pointer, length, into) -> {
          throw new IllegalStateException("no value lies apart here");
        },
        sources::close);
  }

  public LiveSnapshot newest() {
    return new LiveSnapshot(sequence, nowMs);
  }

  public long tableEntries() {
    return runs.stream().flatMap(r -> r.tables().stream()).mapToLong(TableInfo::entries).sum();
  }

  public void verify() {
    for (SortedRun run : runs) {
      for (TableInfo info : run.tables()) {
        TableReader reader = open(info);
        try {
          if (!reader.info().equals(info)) {
            throw new EngineException(
                EngineException.Kind.CORRUPTION, reader.info() + " is not " + info);
          }
          reader.verify();
        } finally {
          reader.release();
        }
      }
    }
  }

  @Override
  public void close() {
    memtables.forEach(Memtable::release);
    readers.values().forEach(TableReader::release);
    cache.close();
    key.close();
    value.close();
    result.close();
  }
}
