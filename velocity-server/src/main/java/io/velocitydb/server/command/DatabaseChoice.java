package io.velocitydb.server.command;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;

/** USE, in every version of the protocol. */
public final class DatabaseChoice {
  private DatabaseChoice() {}

  /**
   * Selects a database. When that fails none is selected, so that nothing lands in the wrong one.
   *
   * @throws RequestException PERMISSION_DENIED, DATABASE_NOT_FOUND
   */
  public static void select(Exchange exchange, Databases databases, String name) {
    Session session = exchange.session();
    session.identity().use(null);
    if (name.equals(Databases.SYSTEM)) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          "the database " + name + " holds the server's own records and cannot be selected");
    }
    if (!exchange.principal().mayEnter(name)) {
      throw RequestChecks.outOfScope();
    }
    session
        .identity()
        .use(
            databases
                .find(name)
                .orElseThrow(
                    () ->
                        new RequestException(
                            ErrorCode.DATABASE_NOT_FOUND, "there is no database " + name)));
  }
}
