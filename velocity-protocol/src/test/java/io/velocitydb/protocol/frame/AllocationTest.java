package io.velocitydb.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.message.Verifier;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The way of a GET through this module, as a server goes it, makes no garbage. */
class AllocationTest {
  private static final int GETS = 20_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final FrameEncoder frames = new FrameEncoder();
  private final FrameDecoder decoder = FrameDecoder.ofRequests();
  private final Verifier verifier = new Verifier();
  private final MessageWriter messages = new MessageWriter();
  private final GetRequest get = new GetRequest();

  @Test
  void aGetIsReadAndAnsweredWithoutAllocating() {
    ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer(256);
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(256);
    try {
      int start = frames.begin(in, Opcode.GET.number(), Flags.NONE);
      int request = messages.begin(in, GetRequest.TABLE);
      in.setBytes(messages.reserve(request, GetRequest.KEY, 16), new byte[16]);
      frames.end(in, start);

      int bytesOfKeys = serve(in, out);
      long before = threads.getCurrentThreadAllocatedBytes();
      bytesOfKeys += serve(in, out);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(bytesOfKeys).isEqualTo(2 * GETS * 16);
      assertThat((double) allocated / GETS).as("bytes per GET").isLessThan(1);
    } finally {
      in.release();
      out.release();
    }
  }

  private int serve(ByteBuf in, ByteBuf out) {
    int bytesOfKeys = 0;
    for (int i = 0; i < GETS; i++) {
      in.readerIndex(0);
      out.clear();
      if (decoder.decode(in) != FrameDecoder.Result.FRAME) {
        throw decoder.error();
      }
      Opcode opcode = Opcode.of(decoder.opcode());
      Flags.checkRequest(opcode, decoder.flags());
      ByteBuffer body = decoder.body(in);
      verifier.verifyRequest(opcode, body);
      GetRequest.getRootAsGetRequest(body, get);
      int key = decoder.index(body, get.keyStart());
      bytesOfKeys += get.keyLength();

      int start = frames.begin(out, opcode.responseNumber(), Flags.NONE);
      int response = messages.begin(out, GetResponse.TABLE);
      messages.putBoolean(response, GetResponse.FOUND, true);
      messages.putLong(response, GetResponse.VERSION, i);
      messages.putBytes(response, GetResponse.VALUE, in, key, get.keyLength());
      frames.end(out, start);
    }
    return bytesOfKeys;
  }
}
