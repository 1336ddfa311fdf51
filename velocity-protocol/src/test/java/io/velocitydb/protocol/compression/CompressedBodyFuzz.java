package io.velocitydb.protocol.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ProtocolException;
import java.util.Arrays;

/** Nothing that somebody sends inflates to more than it may, and what was compressed comes back. */
final class CompressedBodyFuzz {
  private static final int LIMIT = 5_000;

  /** First a byte that says which compression and what to do, then the bytes. */
  @FuzzTest
  void anyBytesAreRefusedOrInflatedWithinTheLimit(byte[] data) {
    if (data.length == 0) {
      return;
    }
    Compression compression = (data[0] & 1) == 0 ? Compression.LZ4 : Compression.ZSTANDARD;
    byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
    if ((data[0] & 2) == 0) {
      inflate(compression, bytes);
    } else {
      thereAndBack(compression, bytes);
    }
  }

  private static void inflate(Compression compression, byte[] bytes) {
    ByteBuf in = Unpooled.directBuffer().writeBytes(bytes);
    try {
      ByteBuf plain = CompressedBody.inflate(compression, in, 0, bytes.length, LIMIT);
      try {
        assertThat(plain.readableBytes())
            .isBetween(1, LIMIT)
            .isEqualTo(CompressedBody.originalLength(in, 0, bytes.length, LIMIT));
      } finally {
        plain.release();
      }
    } catch (ProtocolException refused) {
      assertThat(refused.closesConnection()).isTrue();
    } finally {
      in.release();
    }
  }

  private static void thereAndBack(Compression compression, byte[] bytes) {
    ByteBuf buffer = Unpooled.directBuffer();
    try {
      // Twice, so that there is something to compress.
      buffer.writeBytes(bytes).writeBytes(bytes);
      byte[] body = ByteBufUtil.getBytes(buffer);
      if (CompressedBody.compress(compression, buffer, 0)) {
        int compressed = buffer.writerIndex();
        assertThat(compressed).isLessThan(body.length);
        ByteBuf plain = CompressedBody.inflate(compression, buffer, 0, compressed, body.length);
        assertThat(ByteBufUtil.getBytes(plain)).isEqualTo(body);
        plain.release();
      } else {
        assertThat(ByteBufUtil.getBytes(buffer)).isEqualTo(body);
      }
    } finally {
      buffer.release();
    }
  }
}
