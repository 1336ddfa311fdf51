package io.velocitydb.engine.vfs;

import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files for reading, of which only some are open at a time: one is opened at its first read, and
 * the one that was not read for longest (nearly: by the clock algorithm) is closed for it. A
 * process may have few open files; a directory may have many. Thread-safe.
 */
public final class FilePool {
  private static final Logger LOG = LoggerFactory.getLogger(FilePool.class);

  private final Vfs vfs;
  private final int most;
  private final NativeMemory memory;
  private volatile boolean direct;
  private volatile boolean directRefused;

  /** Those that are open, in the order of opening; guarded by itself. */
  private final Deque<PooledFile> open = new ArrayDeque<>();

  /**
   * @param most files that are open at a time, at least 1; those that are read at the same moment
   *     may be more
   * @param memory for what direct reads need
   */
  public FilePool(Vfs vfs, int most, NativeMemory memory) {
    this.vfs = vfs;
    this.most = Math.max(1, most);
    this.memory = memory;
  }

  /**
   * Whether files are read past the system's cache from now on, where that can be done; those that
   * are open are opened again when they are read next.
   */
  public void readDirectly(boolean value) throws IOException {
    if (direct == value) {
      return;
    }
    direct = value;
    List<PooledFile> opened;
    synchronized (open) {
      opened = List.copyOf(open);
      open.clear();
    }
    IOException failure = null;
    for (PooledFile each : opened) {
      try {
        each.closeNow();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Whether files are read past the system's cache. */
  public boolean readsDirectly() {
    return direct && !directRefused;
  }

  private VfsFile openForReading(Path path) throws IOException {
    if (readsDirectly()) {
      try {
        return new DirectFile(vfs, path, memory);
      } catch (UnsupportedOperationException e) {
        refuse(e);
      }
    }
    return vfs.open(path, Vfs.Mode.READ);
  }

  private void refuse(UnsupportedOperationException e) {
    if (!directRefused) {
      directRefused = true;
      LOG.info("tables are read by way of the system's cache: {}", e.getMessage());
    }
  }

  /** A file that is opened when it is read first. */
  public VfsFile file(Path path) {
    return new PooledFile(path);
  }

  /** Files that are open now. */
  public int openFiles() {
    synchronized (open) {
      return open.size();
    }
  }

  /** Notes that a file was opened; returns one that is to be closed for it, if there is one. */
  private @Nullable PooledFile admit(PooledFile opened) {
    synchronized (open) {
      // One that is read directly may be open a second time, for large pieces.
      int most = direct ? Math.max(1, this.most / 2) : this.most;
      PooledFile victim = null;
      // Each turn either finds one or takes a mark away; another thread can set it again only by
      // reading, so two rounds are enough.
      for (int turns = 2 * open.size(); victim == null && open.size() >= most; turns--) {
        PooledFile oldest = open.removeFirst();
        if (oldest.used && turns > 0) {
          oldest.used = false;
          open.addLast(oldest);
        } else {
          victim = oldest;
        }
      }
      open.addLast(opened);
      return victim;
    }
  }

  private void forget(PooledFile closed) {
    synchronized (open) {
      open.remove(closed);
    }
  }

  private final class PooledFile extends ReadOnlyFile {
    private final Path path;
    private volatile @Nullable VfsFile file;
    private volatile boolean used;
    private volatile boolean closed;

    PooledFile(Path path) {
      this.path = path;
    }

    private VfsFile use() throws IOException {
      VfsFile present = file;
      if (present == null) {
        // Only reads after the first one are a reason to stay.
        return openNow();
      }
      if (!used) {
        used = true;
      }
      return present;
    }

    private VfsFile openNow() throws IOException {
      VfsFile opened;
      PooledFile victim;
      synchronized (this) {
        opened = file;
        if (opened != null) {
          return opened;
        }
        if (closed) {
          throw new ClosedChannelException();
        }
        opened = openForReading(path);
        used = false;
        file = opened;
        victim = admit(this);
      }
      if (victim != null) {
        victim.closeNow();
      }
      return opened;
    }

    /** Whoever reads at this moment ends well, or opens it again. */
    private synchronized void closeNow() throws IOException {
      VfsFile present = file;
      file = null;
      if (present != null) {
        present.close();
      }
    }

    /** As above, if it still is that one. */
    @SuppressWarnings("ReferenceEquality") // it is about this very one
    private synchronized void closeNow(VfsFile present) throws IOException {
      if (file == present) {
        forget(this);
        closeNow();
      }
    }

    /** Whether the file was closed between its use and the operation on it: then once more. */
    @SuppressWarnings("ReferenceEquality") // it is about this very one
    private boolean wasClosedForAnother(VfsFile present) {
      return !closed && file != present;
    }

    @Override
    public int read(long position, long address, int length) throws IOException {
      while (true) {
        VfsFile present = use();
        try {
          return present.read(position, address, length);
        } catch (UnsupportedOperationException e) {
          // Some systems refuse direct reads only when it comes to reading.
          refuse(e);
          closeNow(present);
        } catch (ClosedChannelException e) {
          if (!wasClosedForAnother(present)) {
            throw e;
          }
        }
      }
    }

    @Override
    public long size() throws IOException {
      while (true) {
        VfsFile present = use();
        try {
          return present.size();
        } catch (ClosedChannelException e) {
          if (!wasClosedForAnother(present)) {
            throw e;
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      closed = true;
      closeNow();
      forget(this);
    }
  }
}
