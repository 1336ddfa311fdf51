package io.velocitydb.engine.vfs;

import java.io.IOException;

/**
 * An open file. Positions and lengths are in bytes; addresses are native. Reads and writes at
 * distinct places may run at the same time; closing waits for none of them.
 */
public interface VfsFile extends AutoCloseable {
  /**
   * Reads until {@code length} bytes are there or the file ends.
   *
   * @return the number of bytes read, less than {@code length} only at the end of the file
   */
  int read(long position, long address, int length) throws IOException;

  /** Writes all of {@code length} bytes, extending the file where needed. */
  void write(long position, long address, int length) throws IOException;

  /**
   * Makes contents and length durable (fdatasync). After a failure nothing is known of what was
   * written before.
   */
  void sync() throws IOException;

  /**
   * Writes as {@link #write} and then makes durable as {@link #sync}, by one call of the operating
   * system (io_uring). Of one thread at a time.
   *
   * @throws UnsupportedOperationException if the system does not have or not allow that; nothing
   *     was written then
   */
  void writeAndSync(long position, long address, int length) throws IOException;

  /**
   * Maps a part of the file into memory, to be read and written there. The file must be open for
   * writing, and must have been written in this part, so that there is room for it on the disk.
   *
   * @param position a multiple of 32 KiB
   * @throws UnsupportedOperationException if that cannot be done on this system
   */
  Mapping map(long position, long length) throws IOException;

  /** Current length in bytes. */
  long size() throws IOException;

  /** Cuts the file to a length. */
  void truncate(long length) throws IOException;

  @Override
  void close() throws IOException;
}
