package io.velocitydb.engine.vfs;

import io.velocitydb.engine.memory.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An open file by a {@link FileChannel}, for systems other than Linux. Thread-safe.
 *
 * <p>Java closes a channel when a thread that uses it is interrupted. An operation therefore hides
 * its thread's interrupt until it is done, and opens the file again if one still came between. What
 * was written before is not lost by that: it is in the system's cache.
 */
final class ChannelFile implements VfsFile {
  private final Path path;
  private final OpenOption[] again;
  private final Object lock = new Object();
  private volatile FileChannel channel;
  private volatile boolean closed;

  ChannelFile(Path path, Vfs.Mode mode) throws IOException {
    this.path = path;
    this.again =
        mode == Vfs.Mode.READ
            ? new OpenOption[] {StandardOpenOption.READ}
            : new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
    this.channel =
        mode == Vfs.Mode.CREATE
            ? FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW)
            : FileChannel.open(path, again);
  }

  private interface Operation<T> {
    T on(FileChannel channel) throws IOException;
  }

  private <T> T uninterrupted(Operation<T> operation) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        FileChannel current = channel;
        if (closed) {
          throw new ClosedChannelException();
        }
        try {
          return operation.on(current);
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
          reopen(current);
        } catch (ClosedChannelException e) { // by the interrupt of another thread, or by close()
          reopen(current);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // whether another thread has opened it again meanwhile
  private void reopen(FileChannel broken) throws IOException {
    synchronized (lock) {
      if (channel == broken && !closed) {
        channel = FileChannel.open(path, again);
      }
    }
  }

  private static ByteBuffer buffer(long address, int length) {
    return Memory.all().asSlice(address, length).asByteBuffer();
  }

  @Override
  public int read(long position, long address, int length) throws IOException {
    return uninterrupted(
        c -> {
          ByteBuffer into = buffer(address, length);
          while (into.hasRemaining() && c.read(into, position + into.position()) >= 0) {
            // a read may end early
          }
          return into.position();
        });
  }

  @Override
  public void write(long position, long address, int length) throws IOException {
    uninterrupted(
        c -> {
          ByteBuffer from = buffer(address, length);
          try {
            while (from.hasRemaining()) {
              c.write(from, position + from.position());
            }
          } catch (ClosedChannelException e) {
            throw e;
          } catch (IOException e) {
            throw RealVfs.translate(
                "cannot write " + from.remaining() + " bytes at " + position + " of", path, e);
          }
          return from;
        });
  }

  @Override
  public void sync() throws IOException {
    uninterrupted(
        c -> {
          c.force(false);
          return c;
        });
  }

  @Override
  public void writeAndSync(long position, long address, int length) {
    throw new UnsupportedOperationException("io_uring exists on 64-bit Linux only");
  }

  @Override
  public Mapping map(long position, long length) {
    throw new UnsupportedOperationException("files are mapped into memory on 64-bit Linux only");
  }

  @Override
  public long size() throws IOException {
    return uninterrupted(FileChannel::size);
  }

  @Override
  public void truncate(long length) throws IOException {
    uninterrupted(
        c -> {
          if (length > c.size()) {
            c.write(ByteBuffer.allocate(1), length - 1);
          } else {
            c.truncate(length);
          }
          return c;
        });
  }

  @Override
  public void close() throws IOException {
    synchronized (lock) {
      closed = true;
      channel.close();
    }
  }
}
