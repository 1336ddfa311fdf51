package io.velocitydb.server.command;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.FrameStream;
import io.velocitydb.server.session.Reply;
import org.jspecify.annotations.Nullable;

/** The stream of a SCAN: every frame has a page of the same state. */
final class ScanStream implements FrameStream {
  private final HeldSnapshot held;
  private final ScanPage page;
  private KeyRange rest;
  private long left;
  private byte @Nullable [] lastKey;

  /**
   * @param limit how many entries at most, in all frames together
   */
  ScanStream(OpenDatabase database, KeyRange range, ScanPage page, long limit) {
    held = new HeldSnapshot(database);
    this.page = page;
    rest = range;
    left = limit;
  }

  @Override
  public boolean next(Reply reply, Call call) {
    if (RequestChecks.isEmpty(rest)) {
      reply.empty();
      return false;
    }
    Snapshot snapshot = held.get();
    int table = reply.begin(ScanResponse.TABLE);
    ScanPage.Filled filled;
    try (Cursor cursor = held.database().engine().cursor(rest, page.reverse(), snapshot)) {
      filled =
          page.fill(
              reply,
              table,
              cursor,
              new ScanPage.Room(
                  (int) Math.min(left, Limits.MAX_PAGE_ENTRIES), Limits.MAX_STREAM_FRAME),
              System.currentTimeMillis(),
              () -> {
                call.checkStillWanted();
                held.database().checkNotDropped();
              });
    }
    byte[] reached = filled.lastKey();
    if (!filled.more() || reached == null) {
      reply.end();
      return false;
    }
    lastKey = reached;
    left -= filled.count();
    if (left == 0) {
      page.cursor(reply, table, reached);
      reply.end();
      return false;
    }
    // Should the stream break off, the client knows where to go on.
    page.cursor(reply, table, reached);
    rest = ScanCursor.behind(rest, reached, page.reverse());
    reply.endWithMore();
    return true;
  }

  @Override
  public void end(Reply reply) {
    held.database().checkNotDropped();
    byte[] reached = lastKey;
    if (reached == null) {
      throw new IllegalStateException("the stream has not begun");
    }
    int table = reply.begin(ScanResponse.TABLE);
    page.cursor(reply, table, reached);
    reply.end();
  }

  @Override
  public boolean isOver() {
    return held.isOver();
  }

  @Override
  public void close() {
    held.close();
  }
}
