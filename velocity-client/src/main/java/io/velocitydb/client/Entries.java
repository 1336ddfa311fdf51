package io.velocitydb.client;

import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.Scan;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The entries of a scan, fetched while they are used.
 *
 * <p>Each iterator and each stream is a scan of its own. The first page comes over the client's
 * ordinary connections; what is behind it is streamed by the server over a connection of its own,
 * as one moment of the database, for 30 seconds at most and then goes on with a newer one. About 1
 * MiB is kept ahead of the reader. Where the server has no streams, or one breaks off, the scan
 * goes on page by page without a gap, each page one moment. Scans of a {@link VelocityConnection}
 * and those with small pages are always fetched page by page.
 *
 * <p>Whoever leaves a scan before its end should close it, which ends it on the server, too. One
 * that is forgotten gives its connection back after 30 seconds without use. Immutable and thread
 * safe; an iterator is for one thread.
 */
public final class Entries implements Iterable<Entry> {

  private final VelocityAsync commands;
  private final Optional<PageStreams> streams;
  private final Scan scan;

  Entries(VelocityAsync commands, Optional<PageStreams> streams, Scan scan) {
    this.commands = commands;
    this.streams = scan.isPaged() ? Optional.empty() : streams;
    this.scan = scan;
  }

  /**
   * Starts a scan; the iterator throws {@link io.velocitydb.client.error.VelocityException} when
   * entries cannot be read.
   */
  @Override
  public EntryIterator iterator() {
    return new EntryIterator(commands, streams, scan);
  }

  /** Starts a scan as a sequential, ordered stream; closing it ends the scan. */
  public Stream<Entry> stream() {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
    EntryIterator entries = iterator();
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(entries, characteristics), false)
        .onClose(entries::close);
  }
}
