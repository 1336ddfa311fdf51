package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Finds the next request in what has arrived: an array of bulk strings, or a line of words. It goes
 * on where it stopped when more bytes are there, never allocates by a claimed length, and looks at
 * no byte twice but those of one unfinished header line.
 *
 * <p>Its errors are Redis' own, after which a connection cannot go on. Not thread-safe.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">the protocol</a>
 */
final class RespParser {
  /** How far a request is. */
  enum Result {
    /** It is whole; see {@link #count}, {@link #offset} and {@link #bytes}. */
    REQUEST,
    /** More bytes are needed. */
    NEED_MORE,
    /** It breaks the protocol; see {@link #error}. */
    ERROR
  }

  /** Most arguments of a request, its name among them. */
  static final int ARGUMENTS_MAX = (64 << 10) + 1;

  /** The same before anybody is known. */
  static final int ARGUMENTS_MAX_BEFORE_LOGIN = 10;

  /** Longest line of words. */
  static final int LINE_BYTES_MAX = 64 << 10;

  /** The longest number that fits 64 bits, with its sign and the end of its line. */
  private static final int HEADER_BYTES_MAX = 22;

  private static final int SPANS_KEPT_MAX = 256;
  private static final int CRLF = 2;
  private static final int UNKNOWN = -1;
  private static final long INCOMPLETE = Long.MIN_VALUE;
  private static final long INVALID = Long.MIN_VALUE + 1;

  private long bytesMax;
  private boolean known;

  /** The next byte to look at; like all offsets, from the first byte of the request. */
  private int at;

  private int announced = UNKNOWN;
  private int bulk = UNKNOWN;
  private int count;
  private int[] spans = new int[8];
  private int lineEnd;
  private boolean whole;
  private boolean refused;
  private String error = "";

  /**
   * @param bytesMax the longest request before anybody is known, in bytes
   */
  RespParser(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** From now on somebody is known, whose requests may have so many bytes. */
  void known(long longest) {
    known = true;
    bytesMax = longest;
  }

  /** Goes on with the request that begins at the reader index, which it does not move. */
  Result parse(ByteBuf in) {
    if (whole) {
      return Result.REQUEST;
    }
    int first = in.readerIndex();
    int end = in.readableBytes();
    if (announced == UNKNOWN) {
      if (end == 0) {
        return Result.NEED_MORE;
      }
      if (in.getByte(first) != '*') {
        return inline(in, first, end);
      }
      Result header = count(in, first, end);
      if (header != Result.REQUEST) {
        return header;
      }
    }
    while (count < announced) {
      Result argument = argument(in, first, end);
      if (argument != Result.REQUEST) {
        return argument;
      }
    }
    whole = true;
    return Result.REQUEST;
  }

  /** Forgets the request, so that the next one can be found. */
  void next() {
    at = 0;
    announced = UNKNOWN;
    bulk = UNKNOWN;
    count = 0;
    whole = false;
    refused = false;
    if (spans.length > SPANS_KEPT_MAX) {
      spans = new int[SPANS_KEPT_MAX];
    }
  }

  /** Arguments of the whole request, its name among them; 0 for one that says nothing. */
  int count() {
    return count;
  }

  /** Where an argument begins. */
  int offset(int argument) {
    return spans[2 * argument];
  }

  /** How many bytes an argument has. */
  int length(int argument) {
    return spans[2 * argument + 1];
  }

  /** Offset and length of each argument in turn; good until {@link #next}. */
  int[] spans() {
    return spans;
  }

  /** Bytes of the whole request. Of one that is not whole: those it has at least. */
  long bytes() {
    return bulk == UNKNOWN ? at : (long) at + bulk + CRLF;
  }

  /** Whether the argument that is being read is the last one. */
  boolean isLastArgument() {
    return announced != UNKNOWN && count == announced - 1 && bulk != UNKNOWN;
  }

  /** What is wrong, as Redis says it. */
  String error() {
    return error;
  }

  // ---- A request that is refused before it is whole ----

  /** From now on nothing of the request is kept; it is over when it would be whole. */
  void refuse() {
    refused = true;
  }

  /**
   * How many bytes of a refused request may be passed over, whether they are there or not: up to
   * the end of the argument that is being read. The caller has to do so.
   */
  long passOver() {
    long passed = bytes();
    if (bulk != UNKNOWN) {
      count++;
      bulk = UNKNOWN;
    }
    at = 0;
    return passed;
  }

  // ---- An array of bulk strings ----

  private Result count(ByteBuf in, int first, int end) {
    long number = number(in, first, end, 1);
    if (number == INCOMPLETE) {
      return Result.NEED_MORE;
    }
    if (number == INVALID || number > ARGUMENTS_MAX) {
      return wrong("invalid multibulk length");
    }
    if (!known && number > ARGUMENTS_MAX_BEFORE_LOGIN) {
      return wrong("unauthenticated multibulk length");
    }
    announced = (int) Math.max(0, number);
    at = lineEnd;
    return Result.REQUEST;
  }

  private Result argument(ByteBuf in, int first, int end) {
    if (bulk == UNKNOWN) {
      if (at >= end) {
        return Result.NEED_MORE;
      }
      byte type = in.getByte(first + at);
      if (type != '$') {
        return wrong("expected '$', got '" + (char) (type > ' ' && type < 0x7F ? type : '?') + "'");
      }
      long number = number(in, first, end, at + 1);
      if (number == INCOMPLETE) {
        return Result.NEED_MORE;
      }
      if (number == INVALID || number < 0) {
        return wrong("invalid bulk length");
      }
      if (number > bytesMax - lineEnd - CRLF) {
        return wrong(known ? "invalid bulk length" : "unauthenticated bulk length");
      }
      at = lineEnd;
      bulk = (int) number;
    }
    int after = at + bulk;
    if (after + CRLF > end) {
      return Result.NEED_MORE;
    }
    if (in.getByte(first + after) != '\r' || in.getByte(first + after + 1) != '\n') {
      return wrong("expected the end of a bulk string");
    }
    add(at, bulk);
    at = after + CRLF;
    bulk = UNKNOWN;
    return Result.REQUEST;
  }

  /**
   * The number from {@code from} to the end of its line, in the one form that Redis takes: no plus
   * sign, no leading zero. Sets {@link #lineEnd}.
   */
  private long number(ByteBuf in, int first, int end, int from) {
    int last = Math.min(end, from + HEADER_BYTES_MAX);
    int i = from;
    while (i < last && in.getByte(first + i) != '\r') {
      i++;
    }
    if (i == last) {
      return last == end && end < from + HEADER_BYTES_MAX ? INCOMPLETE : INVALID;
    }
    if (i + 1 >= end) {
      return INCOMPLETE;
    }
    lineEnd = i + CRLF;
    return in.getByte(first + i + 1) == '\n'
        ? Numbers.parse(in, first + from, i - from, INVALID)
        : INVALID;
  }

  // ---- A line of words ----

  private Result inline(ByteBuf in, int first, int end) {
    int newline = in.indexOf(first + at, first + end, (byte) '\n');
    int length = newline < 0 ? end : newline - first;
    if (length > Math.min(LINE_BYTES_MAX, bytesMax)) {
      return wrong("too big inline request");
    }
    if (newline < 0) {
      at = end;
      return Result.NEED_MORE;
    }
    at = length + 1;
    if (length > 0 && in.getByte(newline - 1) == '\r') {
      length--;
    }
    announced = 0;
    if (!InlineWords.split(in, first, length, this::add)) {
      return wrong("unbalanced quotes in request");
    }
    whole = true;
    return Result.REQUEST;
  }

  private void add(int offset, int length) {
    if (refused) {
      count++;
      return;
    }
    if (2 * count == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    spans[2 * count] = offset;
    spans[2 * count + 1] = length;
    count++;
  }

  private Result wrong(String what) {
    error = "Protocol error: " + what;
    return Result.ERROR;
  }
}
