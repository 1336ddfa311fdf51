package io.velocitydb.client;

import io.velocitydb.client.command.Cursor;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.Page;
import io.velocitydb.client.command.RangeCalls;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.connection.Waiting;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a scan, fetched page by page while they are used; the next page is asked for while
 * the current one is read.
 *
 * <p>Each iterator and each stream is a scan of its own. Each page is one moment of the database;
 * between pages others may write. Immutable and thread safe; an iterator is for one thread.
 */
public final class Entries implements Iterable<Entry> {

  private final VelocityAsync commands;
  private final Scan scan;

  Entries(VelocityAsync commands, Scan scan) {
    this.commands = commands;
    this.scan = scan;
  }

  /**
   * Starts a scan; the iterator throws {@link io.velocitydb.client.error.VelocityException} when a
   * page cannot be read.
   */
  @Override
  public Iterator<Entry> iterator() {
    return new Pages();
  }

  /** Starts a scan as a sequential, ordered stream. */
  public Stream<Entry> stream() {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(iterator(), characteristics), false);
  }

  private final class Pages implements Iterator<Entry> {

    private Iterator<Entry> current = Collections.emptyIterator();
    private @Nullable CompletableFuture<Page> next;
    private long given;

    private Pages() {
      next = fetch(Optional.empty());
    }

    @Override
    public boolean hasNext() {
      while (!current.hasNext()) {
        CompletableFuture<Page> fetched = next;
        if (fetched == null) {
          return false;
        }
        Page page = Waiting.await(fetched);
        given += page.entries().size();
        next = page.next().isPresent() && given < scan.limit() ? fetch(page.next()) : null;
        current = page.entries().iterator();
      }
      return true;
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the scan has ended");
      }
      return current.next();
    }

    private CompletableFuture<Page> fetch(Optional<Cursor> cursor) {
      return commands.page(scan, cursor, RangeCalls.nextPageSize(scan, given));
    }
  }
}
