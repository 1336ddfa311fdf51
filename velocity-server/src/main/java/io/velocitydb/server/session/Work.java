package io.velocitydb.server.session;

/** What is left of a request for a thread that may block. */
@FunctionalInterface
public interface Work {
  /**
   * Does it and writes the reply. May throw what {@link Command#execute} may.
   *
   * @param reply takes the reply of this request
   * @param call tells whether somebody still waits for it
   */
  void run(Reply reply, Call call);
}
