package io.velocitydb.engine.faults;

import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Mapping;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Passes every call on, counts it, and fails the one it is told to. A failing write has written a
 * part; a failing sync loses what was not yet on the disk; a failing close has closed; anything
 * else that fails has done nothing. Thread-safe.
 */
public final class FailingVfs implements Vfs {
  /** Kinds of calls. */
  public enum Operation {
    OPEN,
    CREATE,
    READ,
    WRITE,
    SYNC,
    TRUNCATE,
    MAP,
    FILE_SIZE,
    CLOSE,
    EXISTS,
    LIST,
    CREATE_DIRECTORIES,
    RENAME,
    LINK,
    SHARED,
    DELETE,
    SYNC_DIRECTORY,
    SIZE,
    USABLE_SPACE,
    FILE_SYSTEM,
    LOCK
  }

  /** How a call fails. */
  public enum Fault {
    IO_ERROR,
    DISK_FULL,
    /** Nothing that a file call should throw: an {@link OutOfMemoryError}. */
    ERROR
  }

  /** Every kind of call. */
  public static final Set<Operation> ALL = EnumSet.allOf(Operation.class);

  private final Vfs vfs;
  private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);
  private Set<Operation> failing = EnumSet.noneOf(Operation.class);
  private Predicate<Path> paths = path -> true;
  private Fault fault = Fault.IO_ERROR;
  private long remaining;
  private boolean forEver;
  private long failures;
  private String lastFailure = "";

  public FailingVfs(Vfs vfs) {
    this.vfs = vfs;
  }

  /**
   * Lets the n-th call from now, of the given kinds, fail.
   *
   * @param n from 1
   * @param forEver whether all later ones fail, too
   */
  public synchronized void fail(long n, Set<Operation> kinds, Fault how, boolean forEver) {
    fail(n, kinds, how, forEver, path -> true);
  }

  /** As above, but only calls on paths that the predicate accepts count. */
  public synchronized void fail(
      long n, Set<Operation> kinds, Fault how, boolean forEver, Predicate<Path> paths) {
    this.paths = paths;
    this.failing = kinds;
    this.remaining = n;
    this.fault = how;
    this.forEver = forEver;
  }

  /** Lets nothing fail any more. */
  public synchronized void heal() {
    failing = EnumSet.noneOf(Operation.class);
  }

  /** How many calls have failed. */
  public synchronized long failures() {
    return failures;
  }

  /** The last failure in words, or empty. */
  public synchronized String lastFailure() {
    return lastFailure;
  }

  /** How many calls of a kind were made. */
  public synchronized long count(Operation kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** How many calls were made. */
  public synchronized long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private synchronized boolean strikes(Operation kind, Path path) {
    counts.merge(kind, 1L, Long::sum);
    if (!failing.contains(kind) || !paths.test(path)) {
      return false;
    }
    remaining--;
    if (remaining == 0 || (remaining < 0 && forEver)) {
      failures++;
      lastFailure = kind + " of " + path;
      return true;
    }
    return false;
  }

  private IOException failure(Operation kind, Path path) {
    String message = "injected failure: " + kind + " of " + path;
    synchronized (this) {
      return switch (fault) {
        case IO_ERROR -> new IOException(message);
        case DISK_FULL -> new DiskFullException(message);
        case ERROR -> throw new OutOfMemoryError(message);
      };
    }
  }

  private void check(Operation kind, Path path) throws IOException {
    if (strikes(kind, path)) {
      throw failure(kind, path);
    }
  }

  @Override
  public VfsFile open(Path path, Mode mode) throws IOException {
    check(mode == Mode.CREATE ? Operation.CREATE : Operation.OPEN, path);
    return new FailingFile(path, vfs.open(path, mode));
  }

  @Override
  public boolean exists(Path path) throws IOException {
    check(Operation.EXISTS, path);
    return vfs.exists(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    check(Operation.LIST, directory);
    return vfs.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    check(Operation.CREATE_DIRECTORIES, directory);
    vfs.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    check(Operation.RENAME, from);
    vfs.rename(from, to);
  }

  @Override
  public void link(Path existing, Path added) throws IOException {
    check(Operation.LINK, existing);
    vfs.link(existing, added);
  }

  @Override
  public boolean shared(Path path) throws IOException {
    check(Operation.SHARED, path);
    return vfs.shared(path);
  }

  @Override
  public void delete(Path path) throws IOException {
    check(Operation.DELETE, path);
    vfs.delete(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    check(Operation.SYNC_DIRECTORY, directory);
    vfs.syncDirectory(directory);
  }

  @Override
  public int mostOpenFiles() {
    return vfs.mostOpenFiles();
  }

  @Override
  public long fileCacheRoom() {
    return vfs.fileCacheRoom();
  }

  @Override
  public long size(Path path) throws IOException {
    check(Operation.SIZE, path);
    return vfs.size(path);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    check(Operation.USABLE_SPACE, directory);
    return vfs.usableSpace(directory);
  }

  @Override
  public String fileSystem(Path directory) throws IOException {
    check(Operation.FILE_SYSTEM, directory);
    return vfs.fileSystem(directory);
  }

  @Override
  public AutoCloseable lock(Path path) throws IOException {
    check(Operation.LOCK, path);
    return vfs.lock(path);
  }

  private final class FailingFile implements VfsFile {
    private final Path path;
    private final VfsFile file;

    FailingFile(Path path, VfsFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public int read(long position, long address, int length) throws IOException {
      check(Operation.READ, path);
      return file.read(position, address, length);
    }

    @Override
    public void write(long position, long address, int length) throws IOException {
      if (strikes(Operation.WRITE, path)) {
        file.write(position, address, length / 2);
        throw failure(Operation.WRITE, path);
      }
      file.write(position, address, length);
    }

    @Override
    public void sync() throws IOException {
      if (strikes(Operation.SYNC, path)) {
        if (file instanceof LosesWrites losing) {
          losing.failSync();
        }
        throw failure(Operation.SYNC, path);
      }
      file.sync();
    }

    @Override
    public void writeAndSync(long position, long address, int length) throws IOException {
      write(position, address, length);
      sync();
    }

    @Override
    public Mapping map(long position, long length) throws IOException {
      check(Operation.MAP, path);
      return new FailingMapping(path, file.map(position, length));
    }

    @Override
    public long size() throws IOException {
      check(Operation.FILE_SIZE, path);
      return file.size();
    }

    @Override
    public void truncate(long length) throws IOException {
      check(Operation.TRUNCATE, path);
      file.truncate(length);
    }

    @Override
    public void close() throws IOException {
      file.close();
      check(Operation.CLOSE, path);
    }
  }

  private final class FailingMapping implements Mapping {
    private final Path path;
    private final Mapping mapping;

    FailingMapping(Path path, Mapping mapping) {
      this.path = path;
      this.mapping = mapping;
    }

    @Override
    public long address() {
      return mapping.address();
    }

    @Override
    public void touched(long offset, long length) throws IOException {
      if (strikes(Operation.WRITE, path)) {
        mapping.touched(offset, length / 2);
        throw failure(Operation.WRITE, path);
      }
      mapping.touched(offset, length);
    }

    @Override
    public void close() {
      mapping.close();
    }
  }
}
