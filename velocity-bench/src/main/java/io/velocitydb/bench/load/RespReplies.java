package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Counts RESP replies of the kinds that GET, SET and INCR have: lines, numbers, bulk strings. */
final class RespReplies extends ReplyCounter {
  private static final int MAX_BULK = 1 << 30;
  private static final int LINE_END = 2;

  /** The first byte of the reply that has begun; 0 between replies. */
  private int kind;

  /** Of a bulk string: its length as far as it was read, and whether there is none. */
  private long length;

  private boolean absent;

  /** Bytes of a bulk string and of its line's end that are still to come. */
  private long rest;

  @Override
  int count(ByteBuf in) throws IOException {
    int ended = 0;
    while (in.isReadable()) {
      if (rest > 0) {
        int taken = (int) Math.min(rest, in.readableBytes());
        in.skipBytes(taken);
        rest -= taken;
        if (rest == 0) {
          kind = 0;
          ended++;
        }
      } else if (kind == 0) {
        begin(in.readByte());
      } else if (kind == '$') {
        ended += bulkLength(in);
      } else if (lineEnds(in)) {
        kind = 0;
        ended++;
      }
    }
    return ended;
  }

  private void begin(byte first) throws IOException {
    switch (first) {
      case '+', ':' -> kind = first;
      case '-' -> {
        kind = first;
        error();
      }
      case '$' -> {
        kind = first;
        length = 0;
        absent = false;
      }
      default -> throw new IOException("not RESP: a reply begins with byte " + first);
    }
  }

  /** Skips to the end of the line; whether it was there. */
  private static boolean lineEnds(ByteBuf in) {
    int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    in.readerIndex(end < 0 ? in.writerIndex() : end + 1);
    return end >= 0;
  }

  /** Reads on in the length; 1 if the reply ends with it, as an absent one does. */
  private int bulkLength(ByteBuf in) throws IOException {
    while (in.isReadable()) {
      byte next = in.readByte();
      if (next >= '0' && next <= '9') {
        length = length * 10 + next - '0';
        if (length > MAX_BULK) {
          throw new IOException("not RESP: a bulk string over 1 GiB");
        }
      } else if (next == '-') {
        absent = true;
      } else if (next == '\n') {
        if (absent) {
          kind = 0;
          miss();
          return 1;
        }
        rest = length + LINE_END;
        return 0;
      } else if (next != '\r') {
        throw new IOException("not RESP: a length with byte " + next);
      }
    }
    return 0;
  }
}
