package io.velocitydb.engine.wal;

import java.io.IOException;

/**
 * A write-ahead log as the commit pipeline sees it. One thread at a time writes ({@link #reserve}
 * to {@link #endGroup}); {@link #sync} may run beside it on another.
 *
 * <p>An exception from {@link #beginGroup} on, or from {@link #sync}, means that nothing is known
 * of what was written: the log must not be used again, and nothing is retried.
 */
public interface Wal extends AutoCloseable {
  /** Most bytes that an entry takes beside its key and value. */
  int ENTRY_OVERHEAD_BYTES = 40;

  /** Most bytes that a group takes beside its entries. */
  int GROUP_OVERHEAD_BYTES = 64;

  /**
   * Takes disk space for {@code bytes} of entries. After a failure the log is as before.
   *
   * @throws io.velocitydb.engine.vfs.DiskFullException if there is none
   */
  void reserve(long bytes) throws IOException;

  /**
   * Begins a group; its entries become durable together or not at all.
   *
   * @param synced whether {@link #sync} is certain to follow it soon
   */
  void beginGroup(long commitTimeMs, long firstSequence, boolean synced) throws IOException;

  /**
   * Adds an entry to the group.
   *
   * @param sequence at least that of the entry before
   */
  void entry(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength)
      throws IOException;

  /** Hands the group to the operating system, and returns the log's end. */
  long endGroup() throws IOException;

  /** Makes everything durable that was handed over before, and returns how far that is. */
  long sync() throws IOException;

  /** The log's end. */
  long written();

  /** How far the log is known to be durable. */
  long synced();

  @Override
  void close() throws IOException;
}
