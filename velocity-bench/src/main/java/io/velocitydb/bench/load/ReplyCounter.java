package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * Counts replies in the bytes of a connection as they arrive, in pieces of any size, and copies
 * none. What a reply says is not looked at, but whether it is an error or a key that was not there.
 * One per connection; not thread safe.
 */
abstract sealed class ReplyCounter permits VProtoReplies, RespReplies {
  private long errors;
  private long misses;

  /** One for a protocol. */
  static ReplyCounter of(Protocol protocol, int valueBytes) {
    return protocol == Protocol.RESP ? new RespReplies() : new VProtoReplies(valueBytes);
  }

  /**
   * Reads all bytes there are.
   *
   * @return how many replies ended in them
   * @throws IOException if they are no replies
   */
  abstract int count(ByteBuf in) throws IOException;

  final void error() {
    errors++;
  }

  final void miss() {
    misses++;
  }

  /** Error replies so far. */
  final long errors() {
    return errors;
  }

  /** Replies to a GET whose key was not there. */
  final long misses() {
    return misses;
  }
}
