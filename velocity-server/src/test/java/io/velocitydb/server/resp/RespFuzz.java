package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.server.resp.RespParser.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Requests of a stream are the same ones wherever it is cut. */
final class RespFuzz {
  private static final int BYTES_MAX = 64 << 10;

  /** First two bytes that say where to cut, then the stream. */
  @FuzzTest
  void requestsAreTheSameWhereverTheStreamIsCut(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] stream = Arrays.copyOfRange(data, 2, data.length);
    int first = stream.length * (data[0] & 0xFF) / 255;
    int second = first + (stream.length - first) * (data[1] & 0xFF) / 255;
    assertThat(requests(stream, first, second)).isEqualTo(requests(stream));
  }

  /** A line for each request, and one for how it ends. */
  private static List<String> requests(byte[] stream, int... cuts) {
    List<String> lines = new ArrayList<>();
    RespParser parser = new RespParser(BYTES_MAX);
    ByteBuf buffer = Unpooled.directBuffer();
    try {
      int from = 0;
      for (int piece = 0; piece <= cuts.length; piece++) {
        int to = piece < cuts.length ? cuts[piece] : stream.length;
        buffer.writeBytes(stream, from, to - from);
        from = to;
        Result result;
        while (buffer.isReadable() && (result = parser.parse(buffer)) != Result.NEED_MORE) {
          if (result == Result.ERROR) {
            lines.add(String.valueOf(parser.error()));
            return lines;
          }
          lines.add(request(parser, buffer));
          buffer.skipBytes((int) parser.bytes());
          parser.next();
        }
      }
      lines.add(buffer.readableBytes() + " bytes left");
      return lines;
    } finally {
      buffer.release();
    }
  }

  private static String request(RespParser parser, ByteBuf buffer) {
    assertThat(parser.bytes()).isBetween(1L, (long) buffer.readableBytes());
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < parser.count(); i++) {
      assertThat((long) parser.offset(i) + parser.length(i)).isLessThanOrEqualTo(parser.bytes());
      byte[] word =
          ByteBufUtil.getBytes(buffer, buffer.readerIndex() + parser.offset(i), parser.length(i));
      words.append(HexFormat.of().formatHex(word)).append(' ');
    }
    return words.toString();
  }
}
