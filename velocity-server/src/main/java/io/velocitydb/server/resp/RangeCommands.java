package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.protocol.Limits;
import io.velocitydb.server.command.RequestChecks;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SCAN, DBSIZE and FLUSHDB. */
final class RangeCommands {
  private static final int KEYS_BY_DEFAULT = 10;
  private static final int KEYS_PER_CHECK = 64;
  private static final byte[] NO_PREFIX = {};

  private final Keys keys;
  private final ScanCursors cursors;

  RangeCommands(Keys keys, ScanCursors cursors) {
    this.keys = keys;
    this.cursors = cursors;
  }

  // ---- SCAN ----

  /** One page: {@code count} keys are looked at, those that match are given. */
  private record Page(KeyRange range, @Nullable GlobPattern pattern, int count, boolean strings) {}

  void scan(Exchange exchange, RespRequest request) {
    OpenDatabase database = exchange.database();
    String user = exchange.principal().name();
    long number = cursorNumber(request);
    GlobPattern pattern = null;
    long count = KEYS_BY_DEFAULT;
    boolean strings = true;
    for (int i = 2; i < request.count(); i += 2) {
      if (i + 1 == request.count()) {
        throw RespErrors.syntax();
      }
      if (request.is(i, "MATCH")) {
        pattern = new GlobPattern(request.bytes(i + 1));
      } else if (request.is(i, "COUNT")) {
        count = request.number(i + 1);
        if (count < 1) {
          throw RespErrors.syntax();
        }
      } else if (request.is(i, "TYPE")) {
        strings = request.is(i + 1, "STRING");
      } else {
        throw RespErrors.syntax();
      }
    }
    byte[] prefix = pattern == null ? NO_PREFIX : pattern.literalPrefix();
    KeyRange whole = keys.range(exchange, database, prefix);
    KeyRange range = number == 0 ? whole : rest(whole, user, database, number);
    Page page = new Page(range, pattern, (int) Math.min(count, Limits.MAX_PAGE_ENTRIES), strings);
    exchange.later(Pool.READS, (reply, call) -> scan(database, user, page, reply.buffer(), call));
  }

  private static long cursorNumber(RespRequest request) {
    if (!request.isNumber(1) || request.number(1) < 0) {
      throw RespErrors.of("invalid cursor");
    }
    return request.number(1);
  }

  private KeyRange rest(KeyRange whole, String user, OpenDatabase database, long number) {
    byte[] last =
        cursors
            .find(user, number)
            .filter(place -> place.database().equals(database.name()))
            .orElseThrow(
                () -> RespErrors.of("the cursor is not known any more; begin again with SCAN 0"))
            .lastKey();
    byte[] next = Arrays.copyOf(last, last.length + 1);
    return Arrays.compareUnsigned(next, whole.start()) <= 0
        ? whole
        : new KeyRange(next, whole.end());
  }

  private void scan(OpenDatabase database, String user, Page page, ByteBuf out, Call call) {
    List<byte[]> matches = new ArrayList<>();
    byte @Nullable [] last = null;
    boolean more = false;
    if (!RequestChecks.isEmpty(page.range)) {
      int seen = 0;
      long bytes = 0;
      try (var _ = database.use();
          Cursor cursor = database.engine().cursor(page.range, false)) {
        while (cursor.next()) {
          if (seen == page.count || bytes > Limits.MAX_PAGE_BYTES) {
            more = true;
            break;
          }
          if (seen % KEYS_PER_CHECK == 0) {
            call.checkStillWanted();
            database.checkNotDropped();
          }
          last = cursor.key();
          bytes += last.length;
          seen++;
          if (page.strings && (page.pattern == null || page.pattern.matches(last))) {
            matches.add(last);
          }
        }
      }
    }
    long next =
        more && last != null ? cursors.keep(user, new ScanCursors.Place(database.name(), last)) : 0;
    RespWriter.array(out, 2);
    RespWriter.bulk(out, Long.toString(next));
    RespWriter.array(out, matches.size());
    for (byte[] key : matches) {
      RespWriter.bulk(out, key);
    }
  }

  // ---- The whole database ----

  void dbsize(Exchange exchange, RespRequest request) {
    OpenDatabase database = exchange.database();
    KeyRange all = keys.range(exchange, database, NO_PREFIX);
    exchange.later(
        Pool.READS,
        (reply, call) ->
            RespWriter.integer(reply.buffer(), database.count(all, call::checkStillWanted)));
  }

  void flushdb(Exchange exchange, RespRequest request) {
    if (request.count() > 2
        || (request.count() == 2 && !request.is(1, "SYNC") && !request.is(1, "ASYNC"))) {
      throw RespErrors.syntax();
    }
    KeyRange all = keys.range(exchange, exchange.database(), NO_PREFIX);
    exchange.newBatch().deleteRange(all);
    exchange.write((reply, _) -> RespWriter.ok(reply.buffer()));
  }
}
