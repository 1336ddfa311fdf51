package io.velocitydb.server.session;

/**
 * A reply of several frames, of which each is written when the client has taken those before. Used
 * by one thread at a time, not always the same.
 */
public interface FrameStream extends AutoCloseable {
  /**
   * Writes the next frame, on a thread that may block. May throw what {@link Command#execute} may:
   * then that error ends the stream.
   *
   * @return whether further frames follow, as the frame says too
   */
  boolean next(Reply reply, Call call);

  /**
   * Writes the last frame before all was given, so that the client can go on from there. Only after
   * {@link #next}; does not block. What it throws is written instead.
   */
  void end(Reply reply);

  /** Whether what it reads from is wanted back. */
  boolean isOver();

  /** Lets go of what it holds; does not block. */
  @Override
  void close();
}
