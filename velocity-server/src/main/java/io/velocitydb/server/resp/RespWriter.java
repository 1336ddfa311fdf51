package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.session.NativeAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes replies of RESP2 and RESP3. Thread-safe: it keeps nothing. */
final class RespWriter {
  /** The protocol that a connection begins with. */
  static final int RESP2 = 2;

  /** The protocol that HELLO 3 chooses. */
  static final int RESP3 = 3;

  private static final int CRLF = '\r' << 8 | '\n';
  private static final int HEADER_BYTES_MAX = 24;

  private RespWriter() {}

  static void ok(ByteBuf out) {
    simple(out, "OK");
  }

  /** A simple string: ASCII without line ends. */
  static void simple(ByteBuf out, String text) {
    out.writeByte('+');
    ByteBufUtil.writeAscii(out, text);
    out.writeShort(CRLF);
  }

  static void integer(ByteBuf out, long number) {
    header(out, ':', number);
  }

  /** What stands for a value that is not there. */
  static void nil(ByteBuf out, int protocol) {
    ByteBufUtil.writeAscii(out, protocol == RESP3 ? "_\r\n" : "$-1\r\n");
  }

  /** A bulk string from native memory, which is copied once. */
  static void bulk(ByteBuf out, long address, int length) {
    out.ensureWritable(HEADER_BYTES_MAX + length);
    header(out, '$', length);
    int at = out.writerIndex();
    Memory.copy(address, NativeAddress.of(out) + at, length);
    out.writerIndex(at + length);
    out.writeShort(CRLF);
  }

  static void bulk(ByteBuf out, byte[] bytes) {
    header(out, '$', bytes.length);
    out.writeBytes(bytes).writeShort(CRLF);
  }

  static void bulk(ByteBuf out, String text) {
    bulk(out, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Text for people: RESP3 says that it is. */
  static void text(ByteBuf out, int protocol, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (protocol == RESP3) {
      header(out, '=', bytes.length + 4L);
      ByteBufUtil.writeAscii(out, "txt:");
      out.writeBytes(bytes).writeShort(CRLF);
    } else {
      bulk(out, bytes);
    }
  }

  /** The head of an array; that many values follow. */
  static void array(ByteBuf out, int values) {
    header(out, '*', values);
  }

  /** The head of a map; so many pairs follow. RESP2 has them as an array. */
  static void map(ByteBuf out, int protocol, int pairs) {
    header(out, protocol == RESP3 ? '%' : '*', protocol == RESP3 ? pairs : 2L * pairs);
  }

  /** The head of a set; that many values follow. RESP2 has them as an array. */
  static void set(ByteBuf out, int protocol, int values) {
    header(out, protocol == RESP3 ? '~' : '*', values);
  }

  private static void header(ByteBuf out, char type, long number) {
    out.ensureWritable(HEADER_BYTES_MAX);
    out.writeByte(type);
    long rest = number;
    if (rest < 0) {
      out.writeByte('-');
    } else {
      // Negative, as there is one more of those.
      rest = -rest;
    }
    int digits = digits(rest);
    int at = out.writerIndex();
    for (int i = at + digits - 1; i >= at; i--) {
      out.setByte(i, (int) ('0' - rest % 10));
      rest /= 10;
    }
    out.writerIndex(at + digits);
    out.writeShort(CRLF);
  }

  private static int digits(long negative) {
    int digits = 1;
    for (long rest = negative / 10; rest != 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  // ---- Errors ----

  /** An error as Redis' clients know it: its first word says what kind it is. */
  static void error(ByteBuf out, ErrorMessage error) {
    String text = error.code().map(code -> text(code, error)).orElse("ERR " + error.message());
    String unknown =
        error.outcome() == Outcome.UNKNOWN ? "; whether it took effect is not known" : "";
    out.writeByte('-');
    ByteBufUtil.writeUtf8(out, (text + unknown).replace('\r', ' ').replace('\n', ' '));
    out.writeShort(CRLF);
  }

  private static String text(ErrorCode code, ErrorMessage error) {
    return switch (code) {
      case UNAUTHENTICATED -> "NOAUTH " + error.message();
      case INVALID_CREDENTIALS -> "WRONGPASS " + error.message();
      case PERMISSION_DENIED, SESSION_EXPIRED -> "NOPERM " + error.message();
      case NOT_AN_INTEGER -> "ERR value is not an integer or out of range";
      case OVERFLOW -> "ERR increment or decrement would overflow";
      case UNSUPPORTED -> "NOPROTO " + error.message();
      case NO_DATABASE -> "ERR no database is selected; select one with SELECT";
      case READ_ONLY, DISK_FULL -> "MISCONF " + error.message();
      case INVALID_COMMAND, PROTOCOL_ERROR, TOO_LARGE -> "ERR " + error.message();
      default ->
          "ERR " + code.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + error.message();
    };
  }
}
