package io.velocitydb.server.resp;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.WriteReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SET, SETNX and MSET: keys and values go from the network's buffer into the engine's batch. */
final class SetCommands {
  /** Values written by RESP are bytes. */
  static final byte ENCODING = 0;

  private static final WriteReply OK = (reply, _) -> RespWriter.ok(reply.buffer());
  private static final WriteReply APPLIED =
      (reply, results) -> RespWriter.integer(reply.buffer(), results.getFirst().applied() ? 1 : 0);

  private final Keys keys;

  SetCommands(Keys keys) {
    this.keys = keys;
  }

  void set(Exchange exchange, RespRequest request) {
    Options options = request.count() == 3 ? Options.NONE : Options.of(request);
    put(exchange, request, options.expiry, options.condition, options.previous);
    int protocol = request.protocol();
    if (options.previous) {
      exchange.write((reply, results) -> previous(reply.buffer(), protocol, results));
    } else if (options.condition.kind() == Condition.Kind.ALWAYS) {
      exchange.write(OK);
    } else {
      exchange.write(
          (reply, results) -> {
            if (results.getFirst().applied()) {
              RespWriter.ok(reply.buffer());
            } else {
              RespWriter.nil(reply.buffer(), protocol);
            }
          });
    }
  }

  void setnx(Exchange exchange, RespRequest request) {
    put(exchange, request, Expiry.NONE, Condition.IF_ABSENT, false);
    exchange.write(APPLIED);
  }

  private void put(
      Exchange exchange,
      RespRequest request,
      Expiry expiry,
      Condition condition,
      boolean returnPrevious) {
    keys.check(exchange, request, exchange.database(), 1);
    keys.checkValue(request, 2);
    exchange
        .newBatch()
        .put(
            request.address(1),
            request.length(1),
            request.address(2),
            request.length(2),
            ENCODING,
            expiry,
            condition,
            returnPrevious);
  }

  /** Writes the value that was there before, or that there was none. */
  static void previous(io.netty.buffer.ByteBuf out, int protocol, List<OperationResult> results) {
    results
        .getFirst()
        .previous()
        .ifPresentOrElse(
            entry -> RespWriter.bulk(out, entry.value()), () -> RespWriter.nil(out, protocol));
  }

  void mset(Exchange exchange, RespRequest request) {
    if (request.count() % 2 == 0) {
      throw RespErrors.arity("mset");
    }
    OpenDatabase database = exchange.database();
    if (request.count() / 2 > WriteBatch.MAX_OPERATIONS) {
      throw tooMany();
    }
    WriteBatch batch = exchange.newBatch();
    for (int i = 1; i < request.count(); i += 2) {
      keys.check(exchange, request, database, i);
      keys.checkValue(request, i + 1);
      batch.put(
          request.address(i),
          request.length(i),
          request.address(i + 1),
          request.length(i + 1),
          ENCODING,
          Expiry.NONE,
          Condition.ALWAYS,
          false);
    }
    exchange.write(OK);
  }

  static io.velocitydb.server.session.RequestException tooMany() {
    return RespErrors.of(
        "at most " + WriteBatch.MAX_OPERATIONS + " keys are changed by one command");
  }

  /** What follows key and value. */
  private record Options(Expiry expiry, Condition condition, boolean previous) {
    private static final Options NONE = new Options(Expiry.NONE, Condition.ALWAYS, false);

    static Options of(RespRequest request) {
      @Nullable Expiry expiry = null;
      Condition condition = Condition.ALWAYS;
      boolean previous = false;
      for (int i = 3; i < request.count(); i++) {
        if (request.is(i, "NX") && condition.kind() != Condition.Kind.IF_PRESENT) {
          condition = Condition.IF_ABSENT;
        } else if (request.is(i, "XX") && condition.kind() != Condition.Kind.IF_ABSENT) {
          condition = Condition.IF_PRESENT;
        } else if (request.is(i, "GET")) {
          previous = true;
        } else if (expiry == null && request.is(i, "KEEPTTL")) {
          expiry = Expiry.KEEP;
        } else if (expiry == null && i + 1 < request.count() && Expiries.isUnit(request, i)) {
          expiry = Expiries.of(request, i, "set");
          i++;
        } else {
          throw RespErrors.syntax();
        }
      }
      return new Options(expiry == null ? Expiry.NONE : expiry, condition, previous);
    }
  }
}
