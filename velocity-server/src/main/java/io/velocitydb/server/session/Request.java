package io.velocitydb.server.session;

/**
 * A whole request as its protocol found it. It is executed where it lies on the event loop or, when
 * it is large, on another thread.
 */
@FunctionalInterface
public interface Request {
  /**
   * Checks and executes it, as {@link Command#execute} says. Its bytes are good until this returns.
   *
   * @param exchange knows the connection, and takes what is to be done
   */
  void execute(Exchange exchange);
}
