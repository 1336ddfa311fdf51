package io.velocitydb.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.velocitydb.client.error.NotLeaderException;
import io.velocitydb.client.error.ProtocolErrorException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.compression.Compression;
import io.velocitydb.protocol.fbs.CountResponse;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkTest {

  /** Notes what the owner of a link is told. */
  private static final class Owner implements Link.Events {
    final List<String> told = new ArrayList<>();
    final List<Request<?>> unanswered = new ArrayList<>();
    @Nullable VelocityException reason;

    @Override
    public void answered(Request<?> request) {
      told.add("answered " + request.isDone());
    }

    @Override
    public void settled() {
      told.add("settled");
    }

    @Override
    public void refused(Request<?> request, ServerException error) {
      told.add("refused");
      reason = error;
    }

    @Override
    public void writable() {
      told.add("writable");
    }

    @Override
    public void lost(Link link, List<Request<?>> sent, VelocityException why) {
      told.add("lost");
      unanswered.addAll(sent);
      reason = why;
    }
  }

  private final Owner owner = new Owner();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Request.Context context =
      new Request.Context(
          Scheduler.SYSTEM, new ClientMetrics(), RequestListener.NONE, "server:2005");
  private final Link link =
      new Link(
          channel,
          Scheduler.SYSTEM,
          "server:2005",
          owner,
          new Session("", "", Optional.empty(), Limits.DEFAULT, "default", Features.NONE));

  LinkTest() {
    channel.pipeline().addLast(link);
  }

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  private Request<Long> send(Opcode opcode) {
    Request<Long> request = request(opcode);
    link.write(request);
    return request;
  }

  private Request<Long> request(Opcode opcode) {
    Call<Long> call =
        new Call<>(
            opcode,
            0,
            ByteBuffer.allocate(0),
            0,
            body -> CountResponse.getRootAsCountResponse(body).count());
    return new Request<>(context, call, "default", false, 1_000_000_000);
  }

  private static ByteBuf count(Opcode opcode, int number) {
    FlatBufferBuilder out = new FlatBufferBuilder();
    out.finish(CountResponse.createCountResponse(out, number, true));
    return frame(opcode.responseNumber(), out.dataBuffer());
  }

  private static ByteBuf frame(int number, ByteBuffer body) {
    return frame(number, 0, body);
  }

  private static ByteBuf frame(int number, int flags, ByteBuffer body) {
    ByteBuf frame = Unpooled.buffer();
    new FrameEncoder().write(frame, number, flags, body);
    return frame;
  }

  private void agreeOn(long features) {
    link.handOver(
        owner, new Session("", "", Optional.empty(), Limits.DEFAULT, "default", features));
  }

  /** Adds up the counts of all frames. */
  private static final class Sum implements Call.Decoder<Long> {
    private long sum;

    @Override
    public void begin() {
      sum = 0;
    }

    @Override
    public void part(ByteBuffer body) {
      sum += CountResponse.getRootAsCountResponse(body).count();
    }

    @Override
    public Long decode(ByteBuffer body) {
      part(body);
      return sum;
    }
  }

  private Request<Long> sendStreamed(ByteBuffer body) {
    Call<Long> call = new Call<>(Opcode.COUNT, 0, body, 0, new Sum(), 2);
    Request<Long> request = new Request<>(context, call, "default", false, 1_000_000_000);
    link.write(request);
    return request;
  }

  private static ByteBuf part(int number) {
    FlatBufferBuilder out = new FlatBufferBuilder();
    out.finish(CountResponse.createCountResponse(out, number, true));
    return frame(Opcode.COUNT.responseNumber(), Flags.MORE, out.dataBuffer());
  }

  @Test
  void anAnswerOfSeveralFramesIsOne() {
    agreeOn(Features.STREAMS);
    ByteBuffer body = ByteBuffer.wrap(new byte[4]);
    Request<Long> streamed = sendStreamed(body);
    Request<Long> next = send(Opcode.COUNT);
    assertThat(body.get(2)).as("asks for a stream").isEqualTo((byte) 1);
    link.flush();
    channel.writeInbound(part(1), part(10));
    assertThat(streamed).isNotDone();
    assertThat(link.hasUnanswered()).isTrue();
    channel.writeInbound(count(Opcode.COUNT, 100), count(Opcode.COUNT, 7));
    assertThat(streamed.join()).isEqualTo(111);
    assertThat(next.join()).isEqualTo(7);
  }

  @Test
  void severalFramesAreOnlyAskedForWhereTheyWereAgreedOn() {
    ByteBuffer body = ByteBuffer.wrap(new byte[] {1, 1, 1, 1});
    Request<Long> request = sendStreamed(body);
    assertThat(body.get(2)).isEqualTo((byte) 0);
    channel.writeInbound(part(1));
    assertLost("were not negotiated", request);
  }

  @Test
  void severalFramesWhereOneWasAskedForEndTheConnection() {
    agreeOn(Features.STREAMS);
    Request<Long> request = send(Opcode.COUNT);
    channel.writeInbound(part(1));
    assertLost("several frames", request);
  }

  @Test
  void compressedRepliesAreReadWhereThatWasAgreedOn() {
    agreeOn(Features.ZSTANDARD);
    Request<Long> request = send(Opcode.COUNT);
    FlatBufferBuilder out = new FlatBufferBuilder();
    int padding = out.createByteVector(new byte[4_000]);
    assertThat(padding).isPositive();
    out.finish(CountResponse.createCountResponse(out, 5, true));
    ByteBuf frame = Unpooled.buffer();
    new FrameEncoder()
        .write(frame, Opcode.COUNT.responseNumber(), 0, Compression.ZSTANDARD, out.dataBuffer());
    assertThat(frame.readableBytes()).isLessThan(500);
    channel.writeInbound(frame);
    assertThat(request.join()).isEqualTo(5);
  }

  @Test
  void requestsThatGatherGoOutTogether() {
    for (int i = 0; i < 100; i++) {
      assertThat(send(Opcode.COUNT)).isNotDone();
    }
    assertThat(channel.outboundMessages()).isEmpty();
    link.flush();
    assertThat(channel.outboundMessages()).hasSize(1);

    ByteBuf sent = channel.readOutbound();
    FrameDecoder decoder = FrameDecoder.ofRequests();
    for (int i = 0; i < 100; i++) {
      assertThat(decoder.decode(sent)).isEqualTo(FrameDecoder.Result.FRAME);
      assertThat(decoder.opcode()).isEqualTo(Opcode.COUNT.number());
    }
    assertThat(sent.isReadable()).isFalse();
    sent.release();
  }

  @Test
  void repliesAreMatchedInOrderHoweverTheyArrive() {
    Request<Long> first = send(Opcode.COUNT);
    Request<Long> second = send(Opcode.COUNT);
    Request<Long> third = send(Opcode.COUNT);
    link.flush();
    ByteBuf all =
        Unpooled.wrappedBuffer(
            count(Opcode.COUNT, 1), count(Opcode.COUNT, 2), count(Opcode.COUNT, 3));
    while (all.readableBytes() > 60) {
      channel.writeInbound(all.readBytes(1));
    }
    channel.writeInbound(all);

    assertThat(List.of(first.join(), second.join(), third.join())).containsExactly(1L, 2L, 3L);
    assertThat(link.hasUnanswered()).isFalse();
    assertThat(owner.told)
        .containsExactly(
            "answered false", "settled", "answered false", "settled", "answered false", "settled");
  }

  @Test
  void anErrorIsGivenToTheOwnerWithAllItSays() {
    Request<Long> request = send(Opcode.COUNT);
    FlatBufferBuilder out = new FlatBufferBuilder();
    int message = out.createString("elsewhere");
    int address = out.createString("beta:2005");
    out.finish(
        ErrorResponse.createErrorResponse(
            out,
            ErrorCode.NOT_LEADER.number(),
            message,
            Outcome.NOT_APPLIED.ordinal(),
            Retry.REDIRECT.ordinal(),
            0,
            address,
            0,
            0,
            0,
            0));
    channel.writeInbound(frame(Opcode.ERROR, out.dataBuffer()));

    assertThat(owner.told).containsExactly("refused");
    assertThat(owner.reason).isInstanceOf(NotLeaderException.class).hasMessage("elsewhere");
    assertThat(String.valueOf(owner.reason.redirect())).contains("beta:2005");
    assertThat(request).isNotDone();
    assertThat(channel.isOpen()).isTrue();
  }

  private void assertLost(String words, Request<?>... unanswered) {
    assertThat(owner.told).endsWith("lost");
    assertThat(owner.reason).isInstanceOf(ProtocolErrorException.class).hasMessageContaining(words);
    assertThat(owner.unanswered).containsExactly(unanswered);
    assertThat(channel.isOpen()).isFalse();
    assertThat(link.isOpen()).isFalse();
  }

  @Test
  void aReplyThatNobodyAskedForEndsTheConnection() {
    channel.writeInbound(count(Opcode.COUNT, 1));
    assertLost("no request asked for");
  }

  @Test
  void aReplyToAnotherCommandEndsTheConnection() {
    Request<Long> request = send(Opcode.COUNT);
    channel.writeInbound(count(Opcode.GET, 1));
    assertLost("another command", request);
  }

  @Test
  void aMessageThatPointsOutsideItselfEndsTheConnectionBeforeItIsRead() {
    Request<Long> request = send(Opcode.COUNT);
    Request<Long> behind = send(Opcode.COUNT);
    ByteBuffer body = ByteBuffer.allocate(16);
    body.put(0, (byte) 200);
    channel.writeInbound(frame(Opcode.COUNT.responseNumber(), body));
    assertLost("outside the body", request, behind);
  }

  @Test
  void aFrameBeyondTheLimitEndsTheConnectionBeforeItHasArrived() {
    Request<Long> request = send(Opcode.COUNT);
    ByteBuf header = count(Opcode.COUNT, 1).slice(0, 14);
    header.setLongLE(6, Limits.DEFAULT.maxFrame() + 1);
    channel.writeInbound(header);
    assertLost("over the limit", request);
  }

  @Test
  void whatArrivesAfterTheEndIsDropped() {
    channel.writeInbound(count(Opcode.COUNT, 1));
    ByteBuf late = count(Opcode.COUNT, 2);
    link.channelRead(channel.pipeline().context(link), late);
    assertThat(late.refCnt()).isZero();
  }

  @Test
  void aStepOfTheHandshakeThatComesAfterTheEndEndsToo() {
    var _ = channel.close();
    assertThat(owner.told).containsExactly("lost");
    Request<Long> step = request(Opcode.AUTH);
    assertThat(link.call(step)).isSameAs(step);
    assertThat(owner.told).containsExactly("lost", "lost");
    assertThat(owner.unanswered).containsExactly(step);
    assertThat(link.hasUnanswered()).isFalse();
  }
}
