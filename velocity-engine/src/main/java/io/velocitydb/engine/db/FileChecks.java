package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobPointer;
import io.velocitydb.engine.blob.BlobReader;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.PointerCheck;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalPosition;
import io.velocitydb.engine.wal.WalReplay;
import io.velocitydb.engine.wal.WalSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads files of one database from the first byte to the last, and collects what is wrong. */
final class FileChecks {
  private final Vfs vfs;
  private final Path directory;
  private final long database;
  private final NativeMemory memory;
  private final List<String> problems = new ArrayList<>();
  private int files;
  private long bytes;
  private long entries;

  /**
   * @param database number of the database; 0 for none
   */
  FileChecks(Vfs vfs, Path directory, long database, NativeMemory memory) {
    this.vfs = vfs;
    this.directory = directory;
    this.database = database;
    this.memory = memory;
  }

  /** A check that ends early at the first damage. */
  interface Check {
    void run() throws IOException;
  }

  /** Runs a check and keeps what it finds. */
  void check(Path path, Check check) {
    files++;
    try {
      bytes += vfs.size(path);
      check.run();
    } catch (EngineException e) {
      problems.add(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problems.add(path + " cannot be read: " + e.getMessage());
    }
  }

  /**
   * Checks the tables and blob files of a version: every entry, and every value that an entry
   * points to. Values that no entry points to any more are not looked at.
   */
  void version(Version version) {
    Map<Long, BlobReader> blobs = new HashMap<>();
    try (BlockPin pin = new BlockPin(memory)) {
      for (BlobFileInfo info : version.blobs().files().values()) {
        Path path = DataFiles.BLOBS.path(directory, info.number());
        check(
            path,
            () -> {
              BlobReader reader =
                  new BlobReader(
                      vfs.open(path, Vfs.Mode.READ),
                      path,
                      database,
                      info,
                      memory,
                      new TableMetrics(),
                      null);
              blobs.put(info.number(), reader);
              reader.check();
            });
      }
      for (TableInfo table : version.tables()) {
        table(table, (pointer, length) -> read(blobs, pointer, length, pin));
      }
    } finally {
      blobs.values().forEach(BlobReader::close);
    }
  }

  private void read(Map<Long, BlobReader> blobs, long pointer, int length, BlockPin pin) {
    BlobReader blob = blobs.get(BlobPointer.file(pointer));
    // That the file is missing or damaged was said already.
    if (blob != null) {
      blob.read(pointer, length, CacheUse.BYPASS, true, pin);
    }
  }

  private void table(TableInfo expected, PointerCheck pointers) {
    Path path = DataFiles.TABLES.path(directory, expected.fileNumber());
    check(
        path,
        () -> {
          TableReader reader =
              TableReader.open(
                  vfs,
                  path,
                  new TableId(database, expected.fileNumber()),
                  expected,
                  memory,
                  new TableMetrics(),
                  null);
          try {
            entries += reader.verify(pointers);
          } finally {
            reader.release();
          }
        });
  }

  /** Checks the log; a torn tail behind {@code witness} is no damage. */
  void log(List<WalName> segments, WalPosition witness) {
    Counter counter = new Counter();
    try {
      for (WalName segment : segments) {
        Path path = WalReplay.segmentPath(directory, segment.number());
        files++;
        bytes += vfs.exists(path) ? vfs.size(path) : 0;
      }
      WalReplay.run(vfs, directory, memory, database, segments, witness, WalRecovery.TAIL, counter);
    } catch (EngineException e) {
      problems.add(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problems.add("the log in " + directory + " cannot be read: " + e.getMessage());
    }
    entries += counter.entries;
  }

  /** Counts entries. */
  static final class Counter implements WalSink {
    private long entries;

    @Override
    public void entry(
        long sequence,
        byte kind,
        byte encoding,
        long expiresAtMs,
        long keyAddress,
        int keyLength,
        long valueAddress,
        int valueLength) {
      entries++;
    }
  }

  VerifyReport report() {
    return new VerifyReport(files, bytes, entries, List.copyOf(problems));
  }
}
