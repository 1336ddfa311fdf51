package io.velocitydb.engine.vfs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The machine's own file system. On 64-bit Linux files are used by system calls, which an interrupt
 * of the thread does not disturb and which allocate nothing; elsewhere by channels, which are
 * slower. Thread-safe and without state, but for the locks of this process.
 */
public final class RealVfs implements Vfs {
  private static final RealVfs SYSTEM =
      new RealVfs(System.getProperty("os.name", "").equals("Linux"));

  /** Directories can be opened and synced; on Windows they cannot, and need not be. */
  private static final boolean DIRECTORIES_SYNC =
      !System.getProperty("os.name", "").startsWith("Windows");

  /** Lock files of this process, since file locks of one process need not exclude each other. */
  private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

  /** What most systems allow a process, where it cannot be asked for. */
  static final int USUAL_OPEN_FILES = 1_024;

  private final boolean posix;

  private RealVfs(boolean posix) {
    this.posix = posix;
  }

  /** The fastest way that this system offers. */
  public static RealVfs system() {
    return SYSTEM;
  }

  /** By channels, also where there is a faster way. */
  static RealVfs byChannels() {
    return new RealVfs(false);
  }

  @Override
  public VfsFile open(Path path, Mode mode) throws IOException {
    if (!posix) {
      if (mode == Mode.READ_DIRECT) {
        throw new UnsupportedOperationException("no direct reads on this system");
      }
      try {
        return new ChannelFile(path, mode);
      } catch (IOException e) {
        throw translate("cannot open", path, e);
      }
    }
    boolean direct = mode == Mode.READ_DIRECT;
    int flags =
        switch (mode) {
          case READ -> PosixCalls.O_RDONLY;
          case READ_DIRECT -> PosixCalls.O_RDONLY | PosixCalls.O_DIRECT;
          case READ_WRITE -> PosixCalls.O_RDWR;
          case CREATE -> PosixCalls.O_RDWR | PosixCalls.O_CREAT | PosixCalls.O_EXCL;
        };
    int fd = PosixCalls.open(path, flags, 0640);
    if (direct && -fd == PosixCalls.EINVAL) {
      throw new UnsupportedOperationException("no direct reads of " + path);
    }
    if (fd < 0) {
      throw PosixCalls.failure("cannot open", path, -fd);
    }
    return new PosixFile(path, fd, direct);
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> names = Files.list(directory)) {
      return names.map(name -> name.getFileName().toString()).sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Path deepest = directory.toAbsolutePath().normalize();
    Deque<Path> missing = new ArrayDeque<>();
    while (!Files.isDirectory(deepest) && deepest.getParent() != null) {
      missing.push(deepest);
      deepest = deepest.getParent();
    }
    // A process may have died between creating this one and making its name durable.
    syncIfPermitted(deepest.getParent());
    for (Path next : missing) {
      try {
        Files.createDirectory(next);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(next)) {
          throw e;
        }
      } catch (IOException e) {
        throw translate("cannot create the directory", next, e);
      }
      syncDirectory(next.getParent());
    }
  }

  private void syncIfPermitted(@org.jspecify.annotations.Nullable Path directory)
      throws IOException {
    if (directory == null) {
      return;
    }
    try {
      syncDirectory(directory);
    } catch (AccessDeniedException e) {
      // Whoever may not read the parent did not create its entry either.
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw translate("cannot rename " + from + " to", to, e);
    }
  }

  @Override
  public void link(Path existing, Path added) throws IOException {
    try {
      Files.createLink(added, existing);
    } catch (NoSuchFileException | FileAlreadyExistsException | AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      IOException translated = translate("cannot link " + existing + " as", added, e);
      throw translated instanceof DiskFullException ? translated : cannotLink(existing, added, e);
    } catch (UnsupportedOperationException e) {
      throw cannotLink(existing, added, e);
    }
  }

  /** Other file systems, too many links, no links: the reasons have no type, but one remedy. */
  private static CannotLinkException cannotLink(Path existing, Path added, Exception e) {
    CannotLinkException failure =
        new CannotLinkException("cannot link " + existing + " as " + added + ": " + e);
    failure.initCause(e);
    return failure;
  }

  @Override
  public boolean shared(Path path) throws IOException {
    return !posix || !Integer.valueOf(1).equals(Files.getAttribute(path, "unix:nlink"));
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (posix) {
      int fd = PosixCalls.open(directory, PosixCalls.O_RDONLY, 0);
      if (fd < 0) {
        throw PosixCalls.failure("cannot open the directory", directory, -fd);
      }
      int result = PosixCalls.fsync(fd);
      PosixCalls.close(fd);
      if (result < 0) {
        throw PosixCalls.failure("cannot sync the directory", directory, -result);
      }
    } else if (DIRECTORIES_SYNC) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public int mostOpenFiles() {
    return posix ? PosixCalls.mostOpenFiles() : USUAL_OPEN_FILES;
  }

  @Override
  public long fileCacheRoom() {
    return posix ? FileCacheRoom.ofProcess().bytes() : FileCacheRoom.UNKNOWN;
  }

  @Override
  public long size(Path path) throws IOException {
    return Files.size(path);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public String fileSystem(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return store.type() + " " + store.name();
  }

  @Override
  public AutoCloseable lock(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    Path name = (parent == null ? path : parent.toRealPath()).resolve(path.getFileName());
    if (!LOCKED.add(name)) {
      throw new FileLockedException(path);
    }
    AutoCloseable release;
    try {
      release = posix ? lockByCall(path) : lockByChannel(path);
    } catch (IOException | RuntimeException | Error e) {
      LOCKED.remove(name);
      throw e;
    }
    java.util.concurrent.atomic.AtomicBoolean held =
        new java.util.concurrent.atomic.AtomicBoolean(true);
    return () -> {
      if (held.getAndSet(false)) {
        release.close();
        LOCKED.remove(name);
      }
    };
  }

  private static AutoCloseable lockByCall(Path path) throws IOException {
    int fd = PosixCalls.open(path, PosixCalls.O_RDWR | PosixCalls.O_CREAT, 0640);
    if (fd < 0) {
      throw PosixCalls.failure("cannot open the lock file", path, -fd);
    }
    int result = PosixCalls.lockExclusively(fd);
    if (result < 0) {
      PosixCalls.close(fd);
      if (-result == PosixCalls.EAGAIN) {
        throw new FileLockedException(path);
      }
      throw PosixCalls.failure("cannot lock", path, -result);
    }
    return () -> PosixCalls.close(fd);
  }

  private static AutoCloseable lockByChannel(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new FileLockedException(path);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new FileLockedException(path);
  }

  /** Java tells of a full disk only in words. */
  static IOException translate(String what, Path path, IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    String words = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    if (words.contains("no space left")
        || words.contains("disk quota")
        || words.contains("not enough space")) {
      DiskFullException full = new DiskFullException(what + " " + path + ": " + reason);
      full.initCause(e);
      return full;
    }
    return e;
  }
}
