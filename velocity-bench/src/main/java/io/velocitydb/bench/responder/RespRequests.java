package io.velocitydb.bench.responder;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Looks at the lengths and at the first letter of a command: enough to tell GET, SET and INCR. */
final class RespRequests implements RequestReader {
  private static final int MAX_NUMBER = 1 << 20;
  private static final int LINE_END = 2;
  private static final int INCOMPLETE = -1;

  private final CannedReplies canned;

  /** Where the last {@link #number} ended. */
  private int index;

  RespRequests(CannedReplies canned) {
    this.canned = canned;
  }

  @Override
  public int read(ByteBuf in, ByteBuf replies) throws IOException {
    int count = 0;
    while (in.isReadable()) {
      index = in.readerIndex();
      int words = number(in, '*');
      int name = 0;
      for (int word = 0; word < words; word++) {
        int length = number(in, '$');
        if (length == INCOMPLETE || in.writerIndex() - index < length + LINE_END) {
          return count;
        }
        if (word == 0 && length > 0) {
          name = in.getByte(index) | (length << Byte.SIZE);
        }
        index += length + LINE_END;
      }
      if (words == INCOMPLETE) {
        return count;
      }
      replies.writeBytes(reply(name));
      in.readerIndex(index);
      count++;
    }
    return count;
  }

  private byte[] reply(int name) {
    return switch (name) {
      case 'G' | (3 << 8), 'g' | (3 << 8) -> canned.get();
      case 'S' | (3 << 8), 's' | (3 << 8) -> canned.set();
      case 'I' | (4 << 8), 'i' | (4 << 8) -> canned.incr();
      default -> canned.other();
    };
  }

  /** Reads a line with a number and leaves {@link #index} behind it. */
  private int number(ByteBuf in, char kind) throws IOException {
    int end = in.writerIndex();
    int at = index;
    if (at < end && in.getByte(at) != kind) {
      throw new IOException("not RESP: '" + kind + "' was expected, not " + in.getByte(at));
    }
    int number = 0;
    for (at++; at < end; at++) {
      byte next = in.getByte(at);
      if (next == '\n') {
        index = at + 1;
        return number;
      }
      if (next >= '0' && next <= '9') {
        number = number * 10 + next - '0';
      } else if (next != '\r') {
        throw new IOException("not RESP: a number with byte " + next);
      }
      if (number > MAX_NUMBER) {
        throw new IOException("not RESP: a number over " + MAX_NUMBER);
      }
    }
    return INCOMPLETE;
  }
}
