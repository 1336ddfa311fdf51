package io.velocitydb.engine.log;

import java.io.IOException;

/**
 * Where a {@link LogWriter} puts its bytes, and how they get from there to the file. Not
 * thread-safe. Offsets count from the beginning of the file.
 *
 * <p>A byte of offset {@code o} is put at the address {@code base() + o}, below {@link #limit()};
 * both hold until the next call of {@link #begin}, {@link #extend} or {@link #flush}.
 */
public interface LogOutput extends AutoCloseable {
  /**
   * Extends the file with zeros so that everything below {@code end} can be put without changing
   * its length: a sync then has no metadata to write, and a full disk shows before anything was
   * promised. When it fails, the output goes on as if it had not been called.
   */
  void reserve(long end) throws IOException;

  /** Bytes that the file has, as far as this output knows. */
  long reservedTo();

  /**
   * A record begins.
   *
   * @param position end of the record before
   * @param synced whether a sync is certain to follow it soon
   */
  void begin(long position, boolean synced) throws IOException;

  /**
   * Lets bytes up to {@code end} be put. What lies before {@code position} is complete and may be
   * handed over; at most two frames lie between.
   */
  void extend(long position, long end) throws IOException;

  /** Native address at which the file's first byte would lie. */
  long base();

  /** Offset up to which bytes may be put now. */
  long limit();

  /**
   * Hands everything before {@code position} to the operating system, so that it survives this
   * process; a record that was said to be synced may wait for that.
   */
  void flush(long position) throws IOException;

  /**
   * Makes all durable that was flushed. Another thread may call it, one at a time, while this
   * output is written to.
   */
  void sync() throws IOException;

  /** Nothing more comes: what was flushed is handed over now, if it was not before. */
  default void handOver() throws IOException {}

  /** Gives memory back; the file stays open, and the output may be used again after a flush. */
  @Override
  void close();
}
