package io.velocitydb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.frame.FrameDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RequestTemplateTest {
  private static final int VALUE = 100;
  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);

  private ByteBuf request(Protocol protocol, Command command, int key) {
    RequestTemplate template = RequestTemplate.of(protocol, command, VALUE);
    ByteBuf out = Unpooled.buffer().writeZero(3);
    template.write(out, VALUE, random);
    template.patch(out, 3, key);
    assertThat(out.writerIndex()).isEqualTo(3 + template.length());
    return out.readerIndex(3);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.US_ASCII.decode(bytes).toString();
  }

  private ByteBuffer body(Command command, int key) {
    ByteBuf frame = request(Protocol.VPROTO, command, key);
    FrameDecoder decoder = FrameDecoder.ofRequests();
    assertThat(decoder.decode(frame))
        .as("checksum of %s with key %d, seed %d", command, key, seed)
        .isEqualTo(FrameDecoder.Result.FRAME);
    assertThat(decoder.opcode()).isEqualTo(Opcode.valueOf(command.name()).number());
    assertThat(frame.isReadable()).isFalse();
    return decoder.body(frame);
  }

  @Test
  void aPatchedFrameHasTheKeyAndTheRightChecksum() {
    for (int i = 0; i < 300; i++) {
      int key = i == 0 ? RequestTemplate.MAX_KEYS - 1 : random.nextInt(RequestTemplate.MAX_KEYS);
      String digits = String.format("%012d", key);
      assertThat(text(GetRequest.getRootAsGetRequest(body(Command.GET, key)).keyAsByteBuffer()))
          .isEqualTo("key:" + digits);
      SetRequest set = SetRequest.getRootAsSetRequest(body(Command.SET, key));
      assertThat(text(set.keyAsByteBuffer())).isEqualTo("key:" + digits);
      assertThat(text(set.valueAsByteBuffer())).matches("[a-z]{100}");
      assertThat(text(IncrRequest.getRootAsIncrRequest(body(Command.INCR, key)).keyAsByteBuffer()))
          .isEqualTo("counter:" + digits);
    }
  }

  @Test
  void respRequestsAreArraysOfBulkStrings() {
    assertThat(request(Protocol.RESP, Command.GET, 12_345_678).toString(StandardCharsets.US_ASCII))
        .isEqualTo("*2\r\n$3\r\nGET\r\n$16\r\nkey:000012345678\r\n");
    assertThat(request(Protocol.RESP, Command.INCR, 42).toString(StandardCharsets.US_ASCII))
        .isEqualTo("*2\r\n$4\r\nINCR\r\n$20\r\ncounter:000000000042\r\n");
    assertThat(request(Protocol.RESP, Command.SET, 0).toString(StandardCharsets.US_ASCII))
        .matches("\\*3\r\n\\$3\r\nSET\r\n\\$16\r\nkey:000000000000\r\n\\$100\r\n[a-z]{100}\r\n");
  }
}
