package io.velocitydb.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.QuitRequest;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final byte[] BODY = "the body".getBytes(StandardCharsets.US_ASCII);

  private final FrameEncoder encoder = new FrameEncoder();
  private final FrameDecoder decoder = FrameDecoder.ofRequests();

  @Test
  void aFrameIsFoundWhereItLies() {
    ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer();
    try {
      in.writeZero(7).readerIndex(7);
      encoder.write(in, Opcode.SET.number(), 0b0100, ByteBuffer.wrap(BODY));
      encoder.write(in, Opcode.GET.number(), 0b01, ByteBuffer.wrap(BODY, 4, 4));

      assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
      assertThat(decoder.opcode()).isEqualTo(Opcode.SET.number());
      assertThat(decoder.flags()).isEqualTo(0b0100);
      assertThat(decoder.bodyIndex()).isEqualTo(7 + 14);
      assertThat(bytes(decoder.body(in))).isEqualTo(BODY);

      assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
      assertThat(decoder.opcode()).isEqualTo(Opcode.GET.number());
      assertThat(bytes(decoder.body(in))).asString().isEqualTo("body");
      ByteBuffer body = decoder.body(in);
      assertThat(decoder.index(body, body.position() + 1)).isEqualTo(decoder.bodyIndex() + 1);

      assertThat(in.isReadable()).isFalse();
      assertThat(decoder.decode(in)).isEqualTo(Result.NEED_MORE);
    } finally {
      in.release();
    }
  }

  @Test
  void aFrameIsNotFoundBeforeItsLastByte() {
    byte[] frame = frame(Opcode.SET.number(), 0, BODY);
    for (int length = 0; length < frame.length; length++) {
      ByteBuf in = Unpooled.wrappedBuffer(frame, 0, length);
      assertThat(decoder.decode(in)).as("%d bytes", length).isEqualTo(Result.NEED_MORE);
      assertThat(decoder.missing()).isBetween(1, frame.length - length);
      assertThat(decoder.headerKnown()).isEqualTo(length >= FrameHeader.LENGTH);
      assertThat(in.readerIndex()).isZero();
    }
    assertThat(decoder.decode(Unpooled.wrappedBuffer(frame))).isEqualTo(Result.FRAME);
  }

  @Test
  void aFrameInPiecesIsFoundToo() {
    byte[] frame = frame(Opcode.SET.number(), 0, BODY);
    CompositeByteBuf in = Unpooled.compositeBuffer(64);
    for (byte one : frame) {
      in.addComponent(true, Unpooled.wrappedBuffer(new byte[] {one}));
    }
    assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
    assertThat(bytes(decoder.body(in))).isEqualTo(BODY);
  }

  @Test
  void framesThatComeLittleByLittleAreFoundOneAfterTheOther() {
    byte[] first = frame(Opcode.SET.number(), 0, new byte[5_000]);
    byte[] second = frame(Opcode.GET.number(), 0, BODY);
    ByteBuf in = Unpooled.buffer();
    int found = 0;
    for (byte[] frame : new byte[][] {first, second, first}) {
      for (int at = 0; at < frame.length; at += 7) {
        in.writeBytes(frame, at, Math.min(7, frame.length - at));
        if (decoder.decode(in) == Result.FRAME) {
          found++;
          in.discardReadBytes();
        }
      }
    }
    assertThat(found).isEqualTo(3);

    byte[] broken = first.clone();
    broken[100] ^= 1;
    in.clear().writeBytes(broken, 0, 4_000);
    assertThat(decoder.decode(in)).isEqualTo(Result.NEED_MORE);
    in.writeBytes(broken, 4_000, broken.length - 4_000);
    assertThat(decoder.decode(in)).isEqualTo(Result.ERROR);
  }

  @Test
  void aFrameThatIsPassedOverDoesNotSpoilTheNext() {
    byte[] large = frame(Opcode.SET.number(), 0, new byte[5_000]);
    ByteBuf in = Unpooled.buffer().writeBytes(large, 0, 20);
    assertThat(decoder.decode(in)).isEqualTo(Result.NEED_MORE);
    decoder.skip();
    in.clear().writeBytes(frame(Opcode.GET.number(), 0, BODY));
    assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
  }

  @Test
  void anEmptyBodyIsTheEmptyTable() {
    ByteBuf in = Unpooled.wrappedBuffer(frame(Opcode.QUIT.number(), 0, new byte[0]));
    assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
    assertThat(decoder.bodyLength()).isZero();
    assertThat(QuitRequest.getRootAsQuitRequest(decoder.body(in)).meta()).isNull();
  }

  @Test
  void everySingleChangedBitIsNoticed() {
    byte[] frame = frame(Opcode.GET.number(), 0, BODY);
    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] changed = frame.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(decoder.decode(Unpooled.wrappedBuffer(changed)))
          .as("bit %d", bit)
          .isNotEqualTo(Result.FRAME);
    }
  }

  @Test
  void theLengthIsComparedUnsignedAndBeforeAnythingElseIsAwaited() {
    for (long length :
        new long[] {-1, Long.MIN_VALUE, Limits.MAX_FRAME_BEFORE_AUTH + 1L, 1L << 32}) {
      ByteBuf in = Unpooled.buffer();
      encoder.begin(in, Opcode.HELLO.number(), 0);
      in.setLongLE(FrameHeader.LENGTH_OFFSET, length);
      assertThat(decoder.decode(in)).as("length %d", length).isEqualTo(Result.ERROR);
      assertThat(decoder.error().code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(decoder.error()).hasMessageContaining(Long.toUnsignedString(length));
    }
  }

  @Test
  void theLimitItselfIsLetIn() {
    byte[] frame = frame(Opcode.SET.number(), 0, new byte[Limits.MAX_FRAME_BEFORE_AUTH]);
    assertThat(decoder.decode(Unpooled.wrappedBuffer(frame))).isEqualTo(Result.FRAME);
    byte[] larger = frame(Opcode.SET.number(), 0, new byte[Limits.MAX_FRAME_BEFORE_AUTH + 1]);
    assertThat(decoder.decode(Unpooled.wrappedBuffer(larger))).isEqualTo(Result.ERROR);
    decoder.maxLength(Limits.DEFAULT.maxFrame());
    assertThat(decoder.decode(Unpooled.wrappedBuffer(larger))).isEqualTo(Result.FRAME);
    assertThatThrownBy(() -> decoder.maxLength(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoFrameIsRefusedAtItsFirstWrongByte() {
    assertThat(decoder.decode(Unpooled.wrappedBuffer(new byte[] {'G'}))).isEqualTo(Result.ERROR);
    byte[] frame = frame(Opcode.GET.number(), 0, BODY);
    for (int opcode : new int[] {0x00, 0x01, 0x0F, 0x7F, 0x80, 0xA0, 0xFF}) {
      frame[FrameHeader.OPCODE_OFFSET] = (byte) opcode;
      assertThat(decoder.decode(Unpooled.wrappedBuffer(frame, 0, 5)))
          .as("opcode 0x%x", opcode)
          .isEqualTo(Result.ERROR);
    }
    assertThat(decoder.headerSeen()).isFalse();
  }

  @Test
  void flagsThatWereNotNegotiatedAreRefused() {
    for (int flags : new int[] {0x10, 0x20, 0x30, 0x40, 0x80}) {
      byte[] frame = frame(Opcode.GET.number(), flags, BODY);
      assertThat(decoder.decode(Unpooled.wrappedBuffer(frame)))
          .as("flags 0x%x", flags)
          .isEqualTo(Result.ERROR);
    }
    FrameDecoder responses = FrameDecoder.ofResponses();
    for (int bit = 1; bit < 256; bit <<= 1) {
      byte[] frame = frame(Opcode.GET.responseNumber(), bit, BODY);
      assertThat(responses.decode(Unpooled.wrappedBuffer(frame))).isEqualTo(Result.ERROR);
    }
  }

  @Test
  void aClientReadsResponsesAndErrorsButNoRequests() {
    FrameDecoder responses = FrameDecoder.ofResponses();
    for (int opcode : new int[] {0xFF, 0x90, 0xA0, 0xFE}) {
      byte[] frame = frame(opcode, 0, BODY);
      assertThat(responses.decode(Unpooled.wrappedBuffer(frame))).isEqualTo(Result.FRAME);
      assertThat(responses.opcode()).isEqualTo(opcode);
    }
    for (int opcode : new int[] {0x10, 0x20, 0x7E, 0x80, 0x8F, 0x00}) {
      byte[] frame = frame(opcode, 0, BODY);
      assertThat(responses.decode(Unpooled.wrappedBuffer(frame))).isEqualTo(Result.ERROR);
    }
  }

  @Test
  void anUnknownOpcodeIsAFrameThatCanBeAnswered() {
    byte[] frame = frame(0x1F, 0, BODY);
    assertThat(decoder.decode(Unpooled.wrappedBuffer(frame))).isEqualTo(Result.FRAME);
    assertThat(Opcode.isKnown(decoder.opcode())).isFalse();
  }

  @Test
  void anAbortedFrameLeavesNothing() {
    ByteBuf out = Unpooled.buffer();
    encoder.write(out, Opcode.GET.number(), 0, ByteBuffer.wrap(BODY));
    String before = ByteBufUtil.hexDump(out);
    int start = encoder.begin(out, Opcode.SET.number(), 0);
    out.writeBytes(BODY);
    encoder.abort(out, start);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(before);
  }

  @Test
  void aDirectBodyIsWrittenLikeOneOnTheHeap() {
    ByteBuffer direct = ByteBuffer.allocateDirect(BODY.length).put(BODY).flip();
    ByteBuf out = Unpooled.buffer();
    encoder.write(out, Opcode.GET.number(), 0, direct);
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(frame(Opcode.GET.number(), 0, BODY));
    assertThat(direct.remaining()).isEqualTo(BODY.length);
  }

  private byte[] frame(int opcode, int flags, byte[] body) {
    ByteBuf out = Unpooled.buffer();
    encoder.write(out, opcode, flags, ByteBuffer.wrap(body));
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] bytes(ByteBuffer body) {
    byte[] bytes = new byte[body.remaining()];
    body.get(body.position(), bytes);
    return bytes;
  }
}
