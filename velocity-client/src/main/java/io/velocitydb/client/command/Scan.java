package io.velocitydb.client.command;

import io.velocitydb.client.message.CallOptions;
import io.velocitydb.protocol.Consistency;
import java.time.Duration;

/**
 * What a scan goes through and how: range, direction, limit, page size, consistency, deadline of a
 * page. Immutable.
 */
public final class Scan {

  /** The most entries that a server puts into one page. */
  public static final int PAGE_SIZE_MAX = 1_000;

  final KeyRange range;
  final CallOptions call;
  final boolean reverse;
  final boolean keysOnly;
  final long limit;
  final int pageSize;

  private Scan(
      KeyRange range,
      CallOptions call,
      boolean reverse,
      boolean keysOnly,
      long limit,
      int pageSize) {
    this.range = range;
    this.call = call;
    this.reverse = reverse;
    this.keysOnly = keysOnly;
    this.limit = limit;
    this.pageSize = pageSize;
  }

  /** Every key, in order. */
  public static Scan all() {
    return of(KeyRange.all());
  }

  /** The keys that start with {@code prefix}, in order. */
  public static Scan prefix(String prefix) {
    return of(KeyRange.prefix(prefix));
  }

  /** The keys from {@code start}, included, to {@code end}, excluded, in order. */
  public static Scan between(String start, String end) {
    return of(KeyRange.between(start, end));
  }

  /** The keys of {@code range}, in order. */
  public static Scan of(KeyRange range) {
    return new Scan(range, CallOptions.NONE, false, false, Long.MAX_VALUE, PAGE_SIZE_MAX);
  }

  /** From the last key to the first. */
  public Scan reverse() {
    return new Scan(range, call, true, keysOnly, limit, pageSize);
  }

  /** Without the values, which are then empty. */
  public Scan keysOnly() {
    return new Scan(range, call, reverse, true, limit, pageSize);
  }

  /**
   * Ends after that many entries.
   *
   * @throws IllegalArgumentException if less than 1
   */
  public Scan limit(long entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("a scan's limit is at least 1, not " + entries);
    }
    return new Scan(range, call, reverse, keysOnly, entries, pageSize);
  }

  /**
   * How many entries are fetched at a time, at most; the server also ends a page at 1 MiB. A scan
   * with less than {@link #PAGE_SIZE_MAX} is fetched page by page to its end, and never streamed.
   *
   * @throws IllegalArgumentException if not from 1 to {@link #PAGE_SIZE_MAX}
   */
  public Scan pageSize(int entries) {
    if (entries < 1 || entries > PAGE_SIZE_MAX) {
      throw new IllegalArgumentException(
          "a scan's page size is from 1 to " + PAGE_SIZE_MAX + ", not " + entries);
    }
    return new Scan(range, call, reverse, keysOnly, limit, entries);
  }

  /** What the scan may see; {@link Consistency#LINEARIZABLE} unless set. */
  public Scan consistency(Consistency consistency) {
    return new Scan(range, call.consistency(consistency), reverse, keysOnly, limit, pageSize);
  }

  /**
   * How long to wait for one page, or for the next frame of a stream, instead of the client's
   * request timeout.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public Scan timeout(Duration timeout) {
    return new Scan(range, call.timeout(timeout), reverse, keysOnly, limit, pageSize);
  }

  /** Whether it wants smaller pages than a server would give. */
  public boolean isPaged() {
    return pageSize < PAGE_SIZE_MAX;
  }

  /** How many entries the whole scan gives at most. */
  public long limit() {
    return limit;
  }
}
