package io.velocitydb.bench.responder;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.velocitydb.bench.load.LoadGenerator;
import io.velocitydb.bench.load.LoadResult;
import io.velocitydb.bench.load.LoadSession;
import io.velocitydb.bench.load.Protocol;
import io.velocitydb.bench.load.Workload;
import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.frame.FrameDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponderTest {
  private static final Duration SHORT = Duration.ofMillis(150);

  @ParameterizedTest
  @CsvSource({"VPROTO,false", "VPROTO,true", "RESP,false"})
  void everyRequestOfTheGeneratorIsAnsweredAndCounted(Protocol protocol, boolean tls)
      throws Exception {
    try (Responder responder = Responder.start(protocol, tls, 100);
        LoadGenerator generator = LoadGenerator.withoutLogin(responder.address(), protocol, tls)) {
      long all = 0;
      for (Command command : Command.values()) {
        Workload workload = new Workload(command, 1_000, 100, 5, 16);
        try (LoadSession session = generator.open(workload)) {
          LoadResult full = session.full(SHORT);
          assertThat(full.operations()).as("%s", command).isPositive();
          assertThat(full.operations() % 16).isZero();
          assertThat(full.latency().getTotalCount()).isEqualTo(full.operations());
          LoadResult paced = session.paced(16_000, SHORT);
          assertThat(paced.operations()).isEqualTo(150 * 16);
          assertThat(full.errors() + full.misses() + paced.errors() + paced.misses()).isZero();
          all += full.operations() + paced.operations();
        }
      }
      assertThat(responder.requests()).isEqualTo(all);
    }
  }

  @Test
  @SuppressWarnings("StringConcatToTextBlock") // lines of RESP end otherwise
  void aCommandInPiecesIsAnsweredWhenItIsWhole() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    LongAdder requests = new LongAdder();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new ResponderConnection(new RespRequests(CannedReplies.resp(3)), requests));
    String sent =
        ("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n*3\r\n$3\r\nset\r\n$1\r\nk\r\n$2\r\n*3\r\n"
                + "*2\r\n$4\r\nINCR\r\n$1\r\nc\r\n*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$4\r\nsave\r\n")
            .repeat(10);
    ByteBuf all = Unpooled.copiedBuffer(sent, StandardCharsets.US_ASCII);
    while (all.isReadable()) {
      int piece = Math.min(all.readableBytes(), 1 + random.nextInt(30));
      channel.writeInbound(all.readRetainedSlice(piece));
    }
    StringBuilder replies = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      replies.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    assertThat(replies.toString())
        .as("seed %d", seed)
        .isEqualTo(
            "$3\r\nvvv\r\n+OK\r\n:1\r\n-ERR this responder knows GET, SET and INCR\r\n".repeat(10));
    assertThat(requests.sum()).isEqualTo(40);
    channel.finishAndReleaseAll();
  }

  @Test
  void aCannedFrameIsAFrame() {
    FrameDecoder decoder = FrameDecoder.ofResponses();
    ByteBuf frame = Unpooled.wrappedBuffer(CannedReplies.vproto(100).get());
    assertThat(decoder.decode(frame)).isEqualTo(FrameDecoder.Result.FRAME);
    GetResponse response = GetResponse.getRootAsGetResponse(decoder.body(frame));
    assertThat(response.found()).isTrue();
    assertThat(response.valueAsByteBuffer().remaining()).isEqualTo(100);
  }
}
