package io.velocitydb.bench.responder;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.fbs.IncrResponse;
import io.velocitydb.protocol.fbs.SetResponse;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.MessageWriter;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of the replies.
 *
 * @param get a value of the wanted length
 * @param set done
 * @param incr a number
 * @param other an error
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read only, never compared
record CannedReplies(byte[] get, byte[] set, byte[] incr, byte[] other) {
  private static final long VERSION = 1L << 40;

  static CannedReplies resp(int valueBytes) {
    return new CannedReplies(
        ascii("$" + valueBytes + "\r\n" + "v".repeat(valueBytes) + "\r\n"),
        ascii("+OK\r\n"),
        ascii(":1\r\n"),
        ascii("-ERR this responder knows GET, SET and INCR\r\n"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static CannedReplies vproto(int valueBytes) {
    ByteBuf out = Unpooled.buffer();
    FrameEncoder frames = new FrameEncoder();
    MessageWriter messages = new MessageWriter();

    int start = frames.begin(out, Opcode.GET.responseNumber(), Flags.NONE);
    int table = messages.begin(out, GetResponse.TABLE);
    messages.putBoolean(table, GetResponse.FOUND, true);
    messages.putBytes(table, GetResponse.VALUE, new byte[valueBytes]);
    messages.putLong(table, GetResponse.VERSION, VERSION);
    frames.end(out, start);
    byte[] get = take(out);

    start = frames.begin(out, Opcode.SET.responseNumber(), Flags.NONE);
    table = messages.begin(out, SetResponse.TABLE);
    messages.putBoolean(table, SetResponse.APPLIED, true);
    messages.putLong(table, SetResponse.VERSION, VERSION);
    frames.end(out, start);
    byte[] set = take(out);

    start = frames.begin(out, Opcode.INCR.responseNumber(), Flags.NONE);
    table = messages.begin(out, IncrResponse.TABLE);
    messages.putLong(table, IncrResponse.VALUE, 1);
    messages.putLong(table, IncrResponse.VERSION, VERSION);
    frames.end(out, start);
    byte[] incr = take(out);

    start = frames.begin(out, Opcode.ERROR, Flags.NONE);
    table = messages.begin(out, ErrorResponse.TABLE);
    messages.putShort(table, ErrorResponse.CODE, ErrorCode.UNSUPPORTED.number());
    messages.putString(table, ErrorResponse.MESSAGE, "this responder knows GET, SET and INCR");
    frames.end(out, start);
    return new CannedReplies(get, set, incr, take(out));
  }

  private static byte[] take(ByteBuf out) {
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.clear();
    return bytes;
  }
}
