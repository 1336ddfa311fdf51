package io.velocitydb.engine.vfs;

import java.io.IOException;

/**
 * A part of a file as memory. What is put there is in the file as every process sees it, at once,
 * and becomes durable with {@link VfsFile#sync()}; so it survives the process that put it.
 *
 * <p>Only bytes that the file has may be touched. Where the system cannot provide a page (the file
 * was cut, its disk fails), the JVM throws an {@link InternalError} soon after.
 */
public interface Mapping extends AutoCloseable {
  /** Native address of the first byte; valid until {@link #close}. */
  long address();

  /**
   * Tells that bytes were put, counted from the mapping's beginning. A real system sees that by
   * itself and does nothing here; a simulated one sees it only when told.
   */
  void touched(long offset, long length) throws IOException;

  /** Gives the addresses back. Nobody may use them any more. */
  @Override
  void close();
}
