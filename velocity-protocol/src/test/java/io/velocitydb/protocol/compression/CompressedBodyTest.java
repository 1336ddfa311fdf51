package io.velocitydb.protocol.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.frame.FrameEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CompressedBodyTest {
  private static final int LIMIT = 4 << 20;

  private static byte[] text(int length) {
    byte[] unit = "a value like many others; ".getBytes(StandardCharsets.US_ASCII);
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = unit[i % unit.length];
    }
    return text;
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(7).nextBytes(noise);
    return noise;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void whatIsCompressedInItsPlaceIsThereAgainWhenInflated(Compression compression) {
    for (ByteBuf buffer : new ByteBuf[] {Unpooled.buffer(), Unpooled.directBuffer()}) {
      for (int length : new int[] {1_024, 1_025, 70_000, 1 << 20}) {
        buffer.clear().writeBytes(new byte[5]).writeBytes(text(length));
        assertThat(CompressedBody.compress(compression, buffer, 5)).isTrue();
        int compressed = buffer.writerIndex() - 5;
        assertThat(compressed).isLessThan(length / 4);
        assertThat(CompressedBody.originalLength(buffer, 5, compressed, LIMIT)).isEqualTo(length);
        ByteBuf plain = CompressedBody.inflate(compression, buffer, 5, compressed, LIMIT);
        assertThat(ByteBufUtil.getBytes(plain)).isEqualTo(text(length));
        plain.release();
      }
      buffer.release();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatDoesNotPayIsLeftAsItIs(Compression compression) {
    ByteBuf buffer = Unpooled.directBuffer();
    for (byte[] body : new byte[][] {text(1_023), noise(10_000), {}}) {
      buffer.clear().writeBytes(body);
      assertThat(CompressedBody.compress(compression, buffer, 0)).isFalse();
      assertThat(ByteBufUtil.getBytes(buffer)).isEqualTo(body);
    }
    buffer.release();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void anyChangedByteIsRefusedOrHarmless(Compression compression) {
    ByteBuf buffer = Unpooled.directBuffer().writeBytes(text(3_000));
    assertThat(CompressedBody.compress(compression, buffer, 0)).isTrue();
    int length = buffer.writerIndex();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      ByteBuf hostile = buffer.copy();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        hostile.setByte(random.nextInt(length), random.nextInt());
      }
      int shown = random.nextInt(length + 1);
      try {
        ByteBuf plain = CompressedBody.inflate(compression, hostile, 0, shown, 5_000);
        assertThat(plain.readableBytes()).as("seed %d", seed).isBetween(1, 5_000);
        plain.release();
      } catch (ProtocolException refused) {
        assertThat(refused.closesConnection()).isTrue();
      }
      hostile.release();
    }
    buffer.release();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aFrameIsCompressedOnlyWhereThatWasAgreedOn(Compression compression) {
    ByteBuf out = Unpooled.directBuffer();
    FrameEncoder encoder = new FrameEncoder();
    encoder.write(out, Opcode.SET.number(), 4, compression, ByteBuffer.wrap(text(5_000)));
    FrameDecoder agreed = FrameDecoder.ofRequests();
    agreed.negotiated(compression.feature());
    assertThat(agreed.decode(out)).isEqualTo(Result.FRAME);
    assertThat(agreed.flags()).isEqualTo(4 | compression.flags());
    assertThat(Compression.ofFlags(agreed.flags())).isEqualTo(compression);

    long others = Features.ALL & ~compression.feature();
    for (long features : new long[] {Features.NONE, others}) {
      FrameDecoder other = FrameDecoder.ofRequests();
      other.negotiated(features);
      assertThat(other.decode(out.readerIndex(0))).isEqualTo(Result.ERROR);
    }
    out.release();
  }

  @Test
  void theThirdCompressionDoesNotExistWhateverWasAgreedOn() {
    ByteBuf out = Unpooled.buffer();
    new FrameEncoder().write(out, Opcode.GET.number(), 0x30, ByteBuffer.wrap(new byte[20]));
    FrameDecoder decoder = FrameDecoder.ofRequests();
    decoder.negotiated(Features.ALL);
    assertThat(decoder.decode(out)).isEqualTo(Result.ERROR);
  }

  @Test
  void theQuickerOneOfBothIsUsed() {
    assertThat(Compression.of(Features.ALL)).isEqualTo(Compression.LZ4);
    assertThat(Compression.of(Features.ZSTANDARD | 64)).isEqualTo(Compression.ZSTANDARD);
    assertThat(Compression.of(Features.STREAMS)).isEqualTo(Compression.NONE);
    assertThat(Arrays.stream(Compression.values()).map(Compression::flags))
        .containsExactly(0, 0x10, 0x20);
  }

  @Test
  void aClaimedLengthIsLookedAtBeforeMemoryIsTaken() {
    ByteBuf in = Unpooled.directBuffer().writeIntLE(LIMIT + 1).writeBytes(new byte[100]);
    assertThatThrownBy(() -> CompressedBody.originalLength(in, 0, 104, LIMIT))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("over the limit");
    in.release();
  }
}
