package io.velocitydb.server.command;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.protocol.fbs.CountRequest;
import io.velocitydb.protocol.fbs.CountResponse;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.WorkPools.Pool;

/** COUNT: exact by walking the range, or an estimate from the files' properties. */
final class CountCommand implements Command {
  private final RequestChecks checks;

  CountCommand(RequestChecks checks) {
    this.checks = checks;
  }

  @Override
  public void execute(Exchange exchange) {
    CountRequest request = CountRequest.getRootAsCountRequest(exchange.body());
    OpenDatabase database = exchange.database();
    KeyRange range =
        checks.range(
            exchange,
            database,
            RequestChecks.copy(exchange, request.startStart(), request.startLength()),
            RequestChecks.copy(exchange, request.endStart(), request.endLength()),
            RequestChecks.copy(exchange, request.prefixStart(), request.prefixLength()));
    boolean estimate = request.estimate();
    exchange.later(
        Pool.READS,
        (reply, call) -> {
          long count = 0;
          if (!RequestChecks.isEmpty(range)) {
            count =
                estimate
                    ? database.engine().estimateCount(range)
                    : database.count(range, call::checkStillWanted);
          }
          int table = reply.begin(CountResponse.TABLE);
          reply.message().putLong(table, CountResponse.COUNT, count);
          reply.message().putBoolean(table, CountResponse.EXACT, !estimate);
          reply.end();
        });
  }
}
