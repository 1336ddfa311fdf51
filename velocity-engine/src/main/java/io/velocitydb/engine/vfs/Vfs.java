package io.velocitydb.engine.vfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system as the engine sees it. Thread-safe. A name, a length and contents are durable
 * only after the calls that say so: {@link VfsFile#sync()} for a file, {@link #syncDirectory(Path)}
 * for its name.
 */
public interface Vfs {
  /** What a direct read must be aligned to, in bytes: the block of nearly every device. */
  int DIRECT_UNIT = 4096;

  /** How a file is opened. */
  enum Mode {
    /** An existing file, for reading only. */
    READ,
    /**
     * An existing file, for reading only, past the system's cache. Positions, lengths and addresses
     * of reads are multiples of {@link #DIRECT_UNIT}; only the end of the file need not be.
     */
    READ_DIRECT,
    /** An existing file, for reading and writing. */
    READ_WRITE,
    /** A new file, for reading and writing; it is an error if the name exists. */
    CREATE
  }

  /**
   * Opens a file.
   *
   * @throws UnsupportedOperationException if it cannot be read past the system's cache, where that
   *     was asked for
   */
  VfsFile open(Path path, Mode mode) throws IOException;

  /** Whether a file or directory of this name exists. */
  boolean exists(Path path) throws IOException;

  /** The names in a directory, sorted, without the directory's own path. */
  List<String> list(Path directory) throws IOException;

  /** Creates a directory and those above it, where missing, and makes their names durable. */
  void createDirectories(Path directory) throws IOException;

  /**
   * Renames atomically, replacing the target. Durable after {@link #syncDirectory(Path)} of the
   * target's parent.
   */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name.
   *
   * @throws CannotLinkException if the two places allow no common file
   */
  void link(Path existing, Path added) throws IOException;

  /** Whether a file has a second name, or may have one that this system does not tell of. */
  boolean shared(Path path) throws IOException;

  /** Removes a file or an empty directory. */
  void delete(Path path) throws IOException;

  /** Makes created, renamed and removed names of a directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Files that this process may have open at a time, by the rules of its system. */
  int mostOpenFiles();

  /**
   * Bytes of memory in which the system can keep contents of this process's files at the moment;
   * {@link Long#MAX_VALUE} if it does not tell.
   */
  long fileCacheRoom();

  /** Length of a file in bytes. */
  long size(Path path) throws IOException;

  /** Bytes that may still be written to the file system of {@code directory}. */
  long usableSpace(Path directory) throws IOException;

  /** Type and name of the file system that a directory lies on, for people and for comparison. */
  String fileSystem(Path directory) throws IOException;

  /**
   * Takes an exclusive lock on a file, creating it, against other processes and other engines of
   * this one.
   *
   * @throws FileLockedException if another one holds it
   */
  AutoCloseable lock(Path path) throws IOException;
}
