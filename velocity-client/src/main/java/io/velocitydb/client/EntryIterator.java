package io.velocitydb.client;

import io.velocitydb.client.command.Cursor;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.Page;
import io.velocitydb.client.command.RangeCalls;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.connection.AnswerStream;
import io.velocitydb.client.connection.Waiting;
import io.velocitydb.client.error.RequestInterruptedException;
import io.velocitydb.client.error.VelocityException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of a scan. Where it goes on is known after each page and each frame of a
 * stream; so when a stream fails, for whatever reason, the scan goes on page by page from there,
 * and what is really wrong is told by the next page. For one thread.
 */
public final class EntryIterator implements Iterator<Entry>, AutoCloseable {

  private final VelocityAsync commands;
  private final Scan scan;
  private Optional<PageStreams> streams;
  private Iterator<Entry> current = Collections.emptyIterator();
  private long given;

  // One of the two while there is more: a page that was asked for, or a stream.
  private @Nullable CompletableFuture<Page> page;
  private @Nullable CompletableFuture<AnswerStream<Page>> stream;

  /** Behind what was given last; set while a stream is read. */
  private Optional<Cursor> reached = Optional.empty();

  EntryIterator(VelocityAsync commands, Optional<PageStreams> streams, Scan scan) {
    this.commands = commands;
    this.streams = streams;
    this.scan = scan;
    page = fetch(Optional.empty());
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext()) {
      Page next = page != null ? fromPage(page) : stream != null ? fromStream(stream) : null;
      if (next == null) {
        return false;
      }
      current = next.entries().iterator();
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

  /** Ends the scan, on the server, too. It has no more entries then. Closing twice does nothing. */
  @Override
  public void close() {
    current = Collections.emptyIterator();
    if (page != null) {
      page.cancel(true);
      page = null;
    }
    leaveStream();
  }

  private void leaveStream() {
    CompletableFuture<AnswerStream<Page>> left = stream;
    stream = null;
    if (left != null) {
      // It may still be opening.
      var _ =
          left.whenComplete(
              (opened, _) -> {
                if (opened != null) {
                  opened.close();
                }
              });
    }
  }

  private Page fromPage(CompletableFuture<Page> asked) {
    Page next = Waiting.await(asked);
    given += next.entries().size();
    page = null;
    goOn(next.next());
    return next;
  }

  /** Has what comes behind a cursor fetched while its reader is busy with what came before. */
  private void goOn(Optional<Cursor> cursor) {
    if (cursor.isEmpty() || given >= scan.limit()) {
      return;
    }
    if (streams.isPresent()) {
      reached = cursor;
      stream = streams.get().open(scan, cursor.get(), scan.limit() - given);
    } else {
      page = fetch(cursor);
    }
  }

  /** The next frame; null at the end of the scan. */
  private @Nullable Page fromStream(CompletableFuture<AnswerStream<Page>> from) {
    Optional<Page> next;
    try {
      next = Waiting.await(from.thenCompose(AnswerStream::next));
    } catch (VelocityException brokeOff) {
      leaveStream();
      streams = Optional.empty();
      goOn(reached);
      if (brokeOff instanceof RequestInterruptedException) {
        // The frame that was waited for may be lost; whoever goes on gets it as a page.
        throw brokeOff;
      }
      return page == null ? null : fromPage(page);
    }
    if (next.isPresent()) {
      given += next.get().entries().size();
      reached = next.get().next();
      return next.get();
    }
    // The server has ended it: the scan is over, or goes on with a newer state.
    stream = null;
    goOn(reached);
    return stream == null ? null : fromStream(stream);
  }

  private CompletableFuture<Page> fetch(Optional<Cursor> cursor) {
    return commands.page(scan, cursor, RangeCalls.nextPageSize(scan, given));
  }
}
