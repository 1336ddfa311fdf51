package io.velocitydb.server.administration;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Work;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.Scope;
import io.velocitydb.server.user.UserProblem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** What the commands about users and those about tokens have in common. */
final class AccountMessages {
  private AccountMessages() {}

  /** Has the work done by a pool; what cannot be done is answered with the error that says so. */
  static void later(Exchange exchange, Pool pool, Work work) {
    exchange.later(
        pool,
        (reply, call) -> {
          try {
            work.run(reply, call);
          } catch (UserProblem problem) {
            throw new RequestException(code(problem), String.valueOf(problem.getMessage()));
          }
        });
  }

  private static ErrorCode code(UserProblem problem) {
    return switch (problem.kind()) {
      case INVALID -> ErrorCode.INVALID_COMMAND;
      case EXISTS -> ErrorCode.ALREADY_EXISTS;
      case NOT_FOUND -> ErrorCode.NOT_FOUND;
      case NOT_ALLOWED -> ErrorCode.PERMISSION_DENIED;
    };
  }

  /** The scopes of a request. */
  static List<Scope> scopes(int count, IntFunction<io.velocitydb.protocol.fbs.Scope> element) {
    List<Scope> scopes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      io.velocitydb.protocol.fbs.Scope scope = element.apply(i);
      ByteBuffer prefix = scope.prefixAsByteBuffer();
      scopes.add(
          new Scope(
              scope.database() == null ? "" : scope.database(),
              prefix == null ? new byte[0] : bytes(prefix)));
    }
    return scopes;
  }

  /** Puts scopes into a field of a reply, which stays absent when there are none. */
  static void put(MessageWriter message, int table, int field, List<Scope> scopes) {
    if (scopes.isEmpty()) {
      return;
    }
    int vector = message.reserveTables(table, field, scopes.size());
    for (int i = 0; i < scopes.size(); i++) {
      int scope = message.element(vector, i, io.velocitydb.protocol.fbs.Scope.TABLE);
      message.putString(scope, io.velocitydb.protocol.fbs.Scope.DATABASE, scopes.get(i).database());
      message.putBytes(scope, io.velocitydb.protocol.fbs.Scope.PREFIX, scopes.get(i).prefix());
    }
  }

  /** A copy, as the request's buffer is not there any more when the work is done. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
