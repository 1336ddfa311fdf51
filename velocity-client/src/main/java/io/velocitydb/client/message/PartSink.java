package io.velocitydb.client.message;

/** Takes the frames of a streamed answer as they come. */
@FunctionalInterface
public interface PartSink<P> {

  /**
   * Takes what one frame says.
   *
   * @param bytes how long the frame was, which is about what it holds in memory
   */
  void take(P part, int bytes);
}
