package io.velocitydb.engine.db;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.PortableFile;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableOptions;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.sstable.TableWriter;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code .velo} file: an SSTable that belongs to no database (its number and that of its database
 * are 0) and holds one value for each of its keys. The file is written under another name and gets
 * its own when it is complete. Not thread-safe.
 */
final class PortableTable implements AutoCloseable {
  /** The table that every such file is. */
  static final TableId ID = new TableId(0, 0);

  /** Follows the file's name while it is being written. */
  static final String UNFINISHED = ".unfinished";

  /**
   * It is read from one end to the other: large blocks, and nothing to find single keys faster. And
   * it is a table of format 1, which every release reads.
   */
  static final TableOptions OPTIONS =
      TableOptions.defaults()
          .withBlockBytes(32 * 1024)
          .withBloomFalsePositiveRate(1)
          .withPartitionBytes(0);

  private static final Logger LOG = LoggerFactory.getLogger(PortableTable.class);

  private final Vfs vfs;
  private final Path file;
  private final Path unfinished;
  private final TableWriter writer;
  private boolean finished;

  /** Begins a file of that name, which must not exist. */
  PortableTable(Vfs vfs, Path path, NativeMemory memory) throws IOException {
    this.vfs = vfs;
    this.file = path.toAbsolutePath().normalize();
    this.unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    demandFree();
    vfs.createDirectories(parent());
    if (vfs.exists(unfinished)) {
      vfs.delete(unfinished);
    }
    writer = new TableWriter(vfs, unfinished, ID, OPTIONS, memory);
  }

  private Path parent() {
    Path parent = file.getParent();
    if (parent == null) {
      throw taken();
    }
    return parent;
  }

  private void demandFree() throws IOException {
    if (vfs.exists(file)) {
      throw taken();
    }
  }

  private EngineException taken() {
    return new EngineException(
        Kind.INVALID_ARGUMENT, file + " exists already; name a file that does not exist yet");
  }

  /** Adds the entry that a cursor stands on, with its version. */
  void add(Cursor at) throws IOException {
    add(
        at.version(),
        at.encoding(),
        at.expiresAtMs(),
        at.keyAddress(),
        at.keyLength(),
        at.valueAddress(),
        at.valueLength());
  }

  /** Adds an entry, whose key must lie behind the one before. */
  void add(
      long version,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength)
      throws IOException {
    writer.add(
        version,
        EntryKind.PUT,
        encoding,
        expiresAtMs,
        keyAddress,
        keyLength,
        valueAddress,
        valueLength);
  }

  /** Completes the file, durably. */
  PortableFile finish() throws IOException {
    TableInfo info = writer.finish();
    writer.close();
    demandFree();
    vfs.rename(unfinished, file);
    finished = true;
    vfs.syncDirectory(parent());
    return new PortableFile(file, info.entries(), info.fileBytes());
  }

  @Override
  public void close() throws IOException {
    writer.close();
    if (!finished) {
      try {
        vfs.delete(unfinished);
      } catch (IOException e) {
        LOG.warn("{} stays and can be removed: {}", unfinished, e.toString());
      }
    }
  }

  /**
   * Opens a file and reads all of it, so that nothing of it is used unless all of it is right. The
   * caller releases the reader.
   */
  static TableReader openChecked(Vfs vfs, Path path, NativeMemory memory) {
    TableReader reader = TableReader.open(vfs, path, ID, memory, new TableMetrics());
    boolean right = false;
    try {
      reader.verify();
      TableInfo info = reader.info();
      if (info.deletes() != 0 || info.rangeTombstones() != 0) {
        throw new EngineException(Kind.CORRUPTION, path + " has deletes, which no .velo file has");
      }
      right = true;
      return reader;
    } finally {
      if (!right) {
        reader.release();
      }
    }
  }

  /** Checks what a table allows and a database does not. */
  static void checkLimits(Path path, int keyLength, int valueLength) {
    if (keyLength > Database.MAX_KEY_BYTES || valueLength > Database.MAX_VALUE_BYTES) {
      throw new EngineException(
          Kind.TOO_LARGE,
          "%s has an entry with a key of %d and a value of %d bytes; the limits are %d and %d"
              .formatted(
                  path, keyLength, valueLength, Database.MAX_KEY_BYTES, Database.MAX_VALUE_BYTES));
    }
  }
}
