package io.velocitydb.server.command;

import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.fbs.Entry;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import org.jspecify.annotations.Nullable;

/** SCAN: one page of at most 1,000 entries or 1 MiB, and a cursor when there is more. */
final class ScanCommand implements Command {
  private static final int ENTRIES_PER_CHECK = 64;

  /** What a table of an entry takes besides key and value, at most. */
  private static final int ENTRY_OVERHEAD = 64;

  private final RequestChecks checks;

  ScanCommand(RequestChecks checks) {
    this.checks = checks;
  }

  private record Page(KeyRange range, int limit, boolean reverse, boolean keysOnly) {}

  @Override
  public void execute(Exchange exchange) {
    ScanRequest request = ScanRequest.getRootAsScanRequest(exchange.body());
    if (request.stream()) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "this server does not stream yet; scan page by page");
    }
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
    long limit = request.limit() == 0 ? Limits.MAX_PAGE_ENTRIES : request.limit();
    Page page =
        new Page(
            range,
            (int) Math.min(limit, Limits.MAX_PAGE_ENTRIES),
            request.reverse(),
            request.keysOnly());
    exchange.later(Pool.READS, (reply, call) -> scan(database, page, reply, call));
  }

  private static void scan(OpenDatabase database, Page page, Reply reply, Call call) {
    if (RequestChecks.isEmpty(page.range)) {
      reply.empty();
      return;
    }
    long nowMs = System.currentTimeMillis();
    MessageWriter message = reply.message();
    int table = reply.begin(ScanResponse.TABLE);
    int entries = message.reserveTables(table, ScanResponse.ENTRIES, page.limit);
    int count = 0;
    byte @Nullable [] lastKey = null;
    boolean more = false;
    try (var _ = database.use();
        Cursor cursor = database.engine().cursor(page.range, page.reverse)) {
      while (cursor.next()) {
        if (count % ENTRIES_PER_CHECK == 0) {
          call.checkStillWanted();
          database.checkNotDropped();
        }
        int bytes = cursor.keyLength() + (page.keysOnly ? 0 : cursor.valueLength());
        boolean full =
            count == page.limit
                || (count > 0
                    && reply.bodyBytes() + bytes + ENTRY_OVERHEAD > Limits.MAX_PAGE_BYTES);
        if (full) {
          more = true;
          break;
        }
        write(reply, message.element(entries, count, Entry.TABLE), cursor, page.keysOnly, nowMs);
        lastKey = cursor.key();
        count++;
      }
    }
    message.truncate(entries, count);
    if (more && lastKey != null) {
      message.putBytes(table, ScanResponse.CURSOR, ScanCursor.after(lastKey, page.reverse));
    }
    reply.end();
  }

  private static void write(Reply reply, int entry, Cursor cursor, boolean keysOnly, long nowMs) {
    MessageWriter message = reply.message();
    EntryWriter.bytes(reply, entry, Entry.KEY, cursor.keyAddress(), cursor.keyLength());
    message.putByte(entry, Entry.ENCODING, cursor.encoding());
    message.putLong(entry, Entry.VERSION, cursor.version());
    if (cursor.expiresAtMs() != 0) {
      message.putLong(entry, Entry.TTL_MS, EntryWriter.remaining(cursor.expiresAtMs(), nowMs));
    }
    if (!keysOnly) {
      EntryWriter.bytes(reply, entry, Entry.VALUE, cursor.valueAddress(), cursor.valueLength());
    }
  }
}
