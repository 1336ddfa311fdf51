package io.velocitydb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReplyCounterTest {
  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);

  /** Feeds all bytes in pieces of random sizes. */
  private int count(ReplyCounter counter, ByteBuf all) throws IOException {
    int replies = 0;
    while (all.isReadable()) {
      int piece = Math.min(all.readableBytes(), 1 + random.nextInt(40));
      replies += counter.count(all.readSlice(piece));
    }
    return replies;
  }

  @Test
  void respRepliesAreCountedHoweverTheyArrive() throws IOException {
    String some = "+OK\r\n$5\r\na\r\nbc\r\n$-1\r\n:42\r\n-ERR no\r\n$0\r\n\r\n";
    for (int i = 0; i < 50; i++) {
      ReplyCounter counter = ReplyCounter.of(Protocol.RESP, 100);
      ByteBuf all = Unpooled.copiedBuffer(some.repeat(20), StandardCharsets.US_ASCII);
      assertThat(count(counter, all)).as("seed %d", seed).isEqualTo(120);
      assertThat(counter.errors()).isEqualTo(20);
      assertThat(counter.misses()).isEqualTo(20);
    }
  }

  @Test
  void framesAreCountedHoweverTheyArrive() throws IOException {
    FrameEncoder frames = new FrameEncoder();
    for (int i = 0; i < 50; i++) {
      ReplyCounter counter = ReplyCounter.of(Protocol.VPROTO, 100);
      ByteBuf all = Unpooled.buffer();
      for (int frame = 0; frame < 20; frame++) {
        frames.write(all, Opcode.GET.responseNumber(), Flags.NONE, ByteBuffer.allocate(140));
        frames.write(all, Opcode.GET.responseNumber(), Flags.NONE, ByteBuffer.allocate(8));
        frames.write(all, Opcode.SET.responseNumber(), Flags.NONE, ByteBuffer.allocate(0));
        frames.write(all, Opcode.ERROR, Flags.NONE, ByteBuffer.allocate(33));
      }
      assertThat(count(counter, all)).as("seed %d", seed).isEqualTo(80);
      assertThat(counter.errors()).isEqualTo(20);
      assertThat(counter.misses()).isEqualTo(20);
    }
  }

  @Test
  void whatIsNoReplyEndsTheCounting() {
    ByteBuf garbage = Unpooled.copiedBuffer("HTTP/1.1 400 Bad Request\r\n", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ReplyCounter.of(Protocol.VPROTO, 100).count(garbage.duplicate()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not V-Proto");
    assertThatThrownBy(() -> ReplyCounter.of(Protocol.RESP, 100).count(garbage.duplicate()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not RESP");
  }
}
