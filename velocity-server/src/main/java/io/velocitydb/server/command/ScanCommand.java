package io.velocitydb.server.command;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.WorkPools.Pool;
import org.jspecify.annotations.Nullable;

/**
 * SCAN: one page of at most 1,000 entries or 1 MiB, and a cursor when there is more; or all of it
 * as a stream.
 */
final class ScanCommand implements Command {
  private final RequestChecks checks;

  ScanCommand(RequestChecks checks) {
    this.checks = checks;
  }

  @Override
  public void execute(Exchange exchange) {
    ScanRequest request = ScanRequest.getRootAsScanRequest(exchange.body());
    OpenDatabase database = exchange.database();
    KeyRange whole =
        checks.range(
            exchange,
            database,
            RequestChecks.copy(exchange, request.startStart(), request.startLength()),
            RequestChecks.copy(exchange, request.endStart(), request.endLength()),
            RequestChecks.copy(exchange, request.prefixStart(), request.prefixLength()));
    byte @Nullable [] cursor =
        RequestChecks.copy(exchange, request.cursorStart(), request.cursorLength());
    KeyRange range = cursor == null ? whole : ScanCursor.rest(whole, cursor, request.reverse());
    ScanPage page = new ScanPage(request.reverse(), request.keysOnly());
    if (request.stream()) {
      long limit = request.limit() == 0 ? Long.MAX_VALUE : request.limit();
      exchange.stream(new ScanStream(database, range, page, limit));
      return;
    }
    long limit = request.limit() == 0 ? Limits.MAX_PAGE_ENTRIES : request.limit();
    int entries = (int) Math.min(limit, Limits.MAX_PAGE_ENTRIES);
    exchange.later(Pool.READS, (reply, call) -> scan(database, range, page, entries, reply, call));
  }

  private static void scan(
      OpenDatabase database, KeyRange range, ScanPage page, int entries, Reply reply, Call call) {
    if (RequestChecks.isEmpty(range)) {
      reply.empty();
      return;
    }
    int table = reply.begin(ScanResponse.TABLE);
    ScanPage.Filled filled;
    try (var _ = database.use();
        Cursor cursor = database.engine().cursor(range, page.reverse())) {
      filled =
          page.fill(
              reply,
              table,
              cursor,
              new ScanPage.Room(entries, Limits.MAX_PAGE_BYTES),
              System.currentTimeMillis(),
              () -> {
                call.checkStillWanted();
                database.checkNotDropped();
              });
    }
    byte[] lastKey = filled.lastKey();
    if (filled.more() && lastKey != null) {
      page.cursor(reply, table, lastKey);
    }
    reply.end();
  }
}
