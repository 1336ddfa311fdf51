package io.velocitydb.server.resp;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.server.command.RequestChecks;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;

/** Checks the keys and values of requests before anything is done with them. */
final class Keys {
  private final RequestChecks checks;

  Keys(RequestChecks checks) {
    this.checks = checks;
  }

  /** That an argument is a possible key, and one that the sender may touch. */
  void check(Exchange exchange, RespRequest request, OpenDatabase database, int argument) {
    checks.keyAt(exchange, database, request.address(argument), request.length(argument));
  }

  /** The same, and a copy of it. */
  byte[] copy(Exchange exchange, RespRequest request, int argument) {
    check(exchange, request, exchange.database(), argument);
    return request.bytes(argument);
  }

  /** That an argument is not too long for a value. */
  void checkValue(RespRequest request, int argument) {
    checks.value(request.length(argument));
  }

  /** The range of a prefix, all of which must be the sender's. */
  KeyRange range(Exchange exchange, OpenDatabase database, byte[] prefix) {
    return checks.range(exchange, database, null, null, prefix);
  }
}
