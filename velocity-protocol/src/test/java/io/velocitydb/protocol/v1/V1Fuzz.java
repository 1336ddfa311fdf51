package io.velocitydb.protocol.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Frames and payloads of version 1 are read within their bytes or refused. */
final class V1Fuzz {

  /** First a byte that says what to do and one that says where to cut, then the bytes. */
  @FuzzTest
  void anyBytesAreReadWithinThemOrRefused(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(data, 2, data.length);
    switch (data[0] & 3) {
      case 0 -> framesAreTheSameWhereverCut(bytes, data[1] & 0xFF);
      case 1 -> framesAreTheSameWhereverCut(sealed(bytes), data[1] & 0xFF);
      default -> read(bytes, data[1] & 0xFF);
    }
  }

  private static void framesAreTheSameWhereverCut(byte[] stream, int share) {
    assertThat(frames(stream, stream.length * share / 255)).isEqualTo(frames(stream, 0));
  }

  private static List<String> frames(byte[] stream, int cut) {
    List<String> lines = new ArrayList<>();
    V1FrameDecoder decoder = new V1FrameDecoder();
    ByteBuf in = Unpooled.buffer().writeBytes(stream, 0, cut);
    Result result = take(decoder, in, lines);
    if (result == Result.NEED_MORE) {
      in.writeBytes(stream, cut, stream.length - cut);
      result = take(decoder, in, lines);
    }
    lines.add(
        result == Result.ERROR
            ? String.valueOf(decoder.error().getMessage())
            : in.readableBytes() + " bytes left");
    return lines;
  }

  private static Result take(V1FrameDecoder decoder, ByteBuf in, List<String> lines) {
    Result result;
    int before = in.readerIndex();
    while ((result = decoder.decode(in)) == Result.FRAME) {
      int length = (int) decoder.payloadLength();
      assertThat(in.readerIndex() - before).isEqualTo(length + V1Header.OVERHEAD);
      byte[] payload = ByteBufUtil.getBytes(in, decoder.payloadIndex(), length);
      lines.add(decoder.type() + " " + HexFormat.of().formatHex(payload));
      before = in.readerIndex();
    }
    assertThat(in.readerIndex()).as("what is no frame stays").isEqualTo(before);
    return result;
  }

  private static byte[] sealed(byte[] bytes) {
    ByteBuf out = Unpooled.buffer();
    V1FrameEncoder encoder = new V1FrameEncoder();
    int start = encoder.begin(out, bytes.length == 0 ? 1 : bytes[0] & 0xFF);
    out.writeBytes(bytes, Math.min(1, bytes.length), Math.max(0, bytes.length - 1));
    encoder.end(out, start);
    return ByteBufUtil.getBytes(out);
  }

  private static void read(byte[] payload, int what) {
    // Bytes around it that nobody may read.
    ByteBuf in = Unpooled.buffer().writeZero(40).writeBytes(payload).writeZero(40);
    V1Reader reader = new V1Reader(in, 40, payload.length);
    try {
      switch (what & 3) {
        case 0 -> assertThat(V1Login.Hello.read(reader).nonce()).hasSize(V1Login.NONCE_BYTES);
        case 1 -> assertThat(V1Login.ServerInfo.read(reader).salt()).hasSize(V1Login.SALT_BYTES);
        case 2 ->
            assertThat(V1Login.AuthResponse.read(reader).role().length())
                .isLessThanOrEqualTo(payload.length);
        default -> {
          int length = reader.lp();
          assertThat(reader.lpIndex() + length).isLessThanOrEqualTo(40 + payload.length);
          reader.lpText();
          reader.i64();
        }
      }
      assertThat(reader.rest()).isBetween(0, payload.length);
    } catch (ProtocolException refused) {
      assertThat(refused.closesConnection()).isTrue();
    }
  }
}
