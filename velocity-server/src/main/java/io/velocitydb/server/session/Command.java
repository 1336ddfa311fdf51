package io.velocitydb.server.session;

/**
 * Executes the requests of one opcode.
 *
 * <p>It checks the request, and then does exactly one of these: answers at once by {@link
 * Exchange#reply}, hands a batch to the engine by {@link Exchange#write}, leaves the rest to
 * threads that may block by {@link Exchange#later}, or has them reply frame by frame by {@link
 * Exchange#stream}. It never blocks itself.
 *
 * <p>One instance belongs to one thread, so it may keep objects from one request to the next.
 */
@FunctionalInterface
public interface Command {
  /**
   * Executes one request. The request's bytes are good until this returns.
   *
   * @throws io.velocitydb.protocol.ProtocolException to answer with that error; what was written as
   *     a reply is taken back
   * @throws RequestException the same, with more to say
   * @throws io.velocitydb.engine.EngineException answered with the error code that belongs to it
   */
  void execute(Exchange exchange);
}
