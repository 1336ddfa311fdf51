package io.velocitydb.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Frames of a stream are the same ones wherever it is cut. */
final class FrameFuzz {
  private static final int SETTINGS_BYTES = 3;

  /**
   * First a byte of settings, then where to cut, as a share of the stream and of what is left; the
   * rest is the stream. Or it is opcode, flags and body of a frame that is sealed here: no fuzzer
   * guesses checksums.
   */
  @FuzzTest
  void framesAreTheSameWhereverTheStreamIsCut(byte[] data) {
    if (data.length < SETTINGS_BYTES) {
      return;
    }
    boolean responses = (data[0] & 1) != 0;
    boolean compressed = (data[0] & 2) != 0;
    byte[] stream = (data[0] & 4) != 0 ? sealed(data) : rest(data, SETTINGS_BYTES);
    int first = stream.length * (data[1] & 0xFF) / 255;
    int second = first + (stream.length - first) * (data[2] & 0xFF) / 255;

    List<String> whole = frames(decoder(responses, compressed), stream);
    List<String> inPieces = frames(decoder(responses, compressed), stream, first, second);
    assertThat(inPieces).isEqualTo(whole);
  }

  private static FrameDecoder decoder(boolean responses, boolean compressed) {
    FrameDecoder decoder = responses ? FrameDecoder.ofResponses() : FrameDecoder.ofRequests();
    decoder.negotiated(compressed ? Features.ALL : Features.NONE);
    return decoder;
  }

  /** A line for each frame, and one for how it ends. */
  private static List<String> frames(FrameDecoder decoder, byte[] stream, int... cuts) {
    List<String> lines = new ArrayList<>();
    ByteBuf in = Unpooled.buffer();
    Result result = Result.NEED_MORE;
    int from = 0;
    for (int piece = 0; piece <= cuts.length && result != Result.ERROR; piece++) {
      int to = piece < cuts.length ? cuts[piece] : stream.length;
      in.writeBytes(stream, from, to - from);
      from = to;
      int before = in.readerIndex();
      while ((result = decoder.decode(in)) == Result.FRAME) {
        int length = (int) decoder.bodyLength();
        assertThat(in.readerIndex() - before).isEqualTo(length + FrameHeader.OVERHEAD);
        byte[] body = ByteBufUtil.getBytes(in, decoder.bodyIndex(), length);
        lines.add(decoder.opcode() + " " + decoder.flags() + " " + HexFormat.of().formatHex(body));
        before = in.readerIndex();
      }
      assertThat(in.readerIndex()).as("what is no frame stays").isEqualTo(before);
    }
    lines.add(
        result == Result.ERROR
            ? decoder.error().code() + " " + decoder.error().getMessage()
            : in.readableBytes() + " bytes left");
    return lines;
  }

  private static byte[] sealed(byte[] data) {
    if (data.length < SETTINGS_BYTES + 2) {
      return new byte[0];
    }
    ByteBuf out = Unpooled.buffer();
    ByteBuffer body = ByteBuffer.wrap(rest(data, SETTINGS_BYTES + 2));
    new FrameEncoder().write(out, data[3] & 0xFF, data[4] & 0xFF, body);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] rest(byte[] data, int from) {
    return Arrays.copyOfRange(data, from, data.length);
  }
}
