package io.velocitydb.bench.responder;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Finds requests in the bytes of a connection and answers each. One per connection. */
interface RequestReader {
  /**
   * Reads the whole requests there are, and leaves the beginning of the next one.
   *
   * @return how many there were
   * @throws IOException if they are no requests
   */
  int read(ByteBuf in, ByteBuf replies) throws IOException;
}
