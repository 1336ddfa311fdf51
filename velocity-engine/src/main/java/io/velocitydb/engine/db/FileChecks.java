package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memory.NativeMemory;
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
import java.util.List;

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

  /** Checks a table, and that it is the one that the manifest means. */
  void table(TableInfo expected) {
    Path path = TableFiles.path(directory, expected.fileNumber());
    check(
        path,
        () -> {
          TableReader reader =
              TableReader.open(vfs, path, database, expected, memory, new TableMetrics(), null);
          try {
            entries += reader.verify();
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
  private static final class Counter implements WalSink {
    private long entries;

    @Override
    public boolean group(long commitTimeMs, long firstSequence, long lastSequence) {
      return true;
    }

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

    @Override
    public void groupEnd() {}

    @Override
    public void progress(long done, long total) {}
  }

  VerifyReport report() {
    return new VerifyReport(files, bytes, entries, List.copyOf(problems));
  }
}
