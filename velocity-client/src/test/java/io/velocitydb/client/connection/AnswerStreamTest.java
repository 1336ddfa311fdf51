package io.velocitydb.client.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.velocitydb.client.ManualTime;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.PartSink;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.PingResponse;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames that come faster or slower than they are taken. */
final class AnswerStreamTest {
  private static final int FRAME = 200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Notes what becomes of the connection. */
  private static final class Owner implements AnswerStream.Owner {
    final List<String> told = new ArrayList<>();

    @Override
    public String address() {
      return "server:2005";
    }

    @Override
    public void keep(Link link, String database) {
      told.add("keep for " + database);
    }

    @Override
    public void discard(Link link) {
      told.add("discard");
      var _ = link.close();
    }
  }

  /** Tells the length of a frame's payload. */
  private static final class Lengths implements Call.Decoder<Integer> {
    private final PartSink<Integer> sink;

    Lengths(PartSink<Integer> sink) {
      this.sink = sink;
    }

    @Override
    public void part(ByteBuffer body) {
      var _ = decode(body);
    }

    @Override
    public Integer decode(ByteBuffer body) {
      int bytes = body.remaining();
      int length = PingResponse.getRootAsPingResponse(body).payloadLength();
      sink.take(length, bytes);
      return length;
    }
  }

  private final Owner owner = new Owner();
  private final ManualTime time = new ManualTime();
  private final ClientMetrics metrics = new ClientMetrics();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AnswerStream<Integer> stream =
      new AnswerStream<>(owner, time, channel.eventLoop(), "orders");

  AnswerStreamTest() {
    Link link =
        new Link(
            channel,
            time,
            "server:2005",
            stream.events(),
            new Session("", "", Optional.empty(), Limits.DEFAULT, "orders", Features.STREAMS));
    channel.pipeline().addLast(link);
    Call<Integer> call =
        new Call<>(Opcode.PING, 0, ByteBuffer.allocate(3), 0, new Lengths(stream.sink()), 2);
    stream.start(
        link,
        new Request<>(
            new Request.Context(time, metrics, RequestListener.NONE, "server:2005"),
            call,
            "orders",
            false,
            PATIENCE.toNanos()),
        PATIENCE.toNanos());
  }

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  private void arrive(int payload, boolean more) {
    FlatBufferBuilder out = new FlatBufferBuilder(payload + 64);
    int bytes = out.createByteVector(new byte[payload]);
    out.finish(PingResponse.createPingResponse(out, bytes));
    ByteBuf frame = Unpooled.buffer();
    new FrameEncoder()
        .write(frame, Opcode.PING.responseNumber(), more ? Flags.MORE : 0, out.dataBuffer());
    channel.writeInbound(frame);
  }

  private CompletableFuture<Optional<Integer>> next() {
    CompletableFuture<Optional<Integer>> next = stream.next();
    channel.runPendingTasks();
    return next;
  }

  private boolean reads() {
    return channel.config().isAutoRead();
  }

  private void pass(Duration duration) {
    time.advance(duration);
    channel.runPendingTasks();
  }

  @Test
  void framesAreTakenInTheirOrderWhetherTheyWaitOrAreWaitedFor() throws Exception {
    arrive(1, true);
    assertThat(next().get()).contains(1);
    CompletableFuture<Optional<Integer>> waited = next();
    assertThat(waited).isNotDone();
    arrive(2, true);
    assertThat(waited.get()).contains(2);
    arrive(3, true);
    arrive(4, false);
    assertThat(next().get()).contains(3);
    assertThat(next().get()).contains(4);
    assertThat(next().get()).isEmpty();
    assertThat(owner.told).containsExactly("keep for orders");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void moreThanTheBoundIsNotReadUntilHalfOfItIsTaken() throws Exception {
    int frames = 0;
    while (reads()) {
      arrive(FRAME, true);
      frames++;
    }
    // The sixth frame of 200,000 bytes passes 1 MiB.
    assertThat(frames).isEqualTo(6);
    for (int taken = 1; taken <= 3; taken++) {
      assertThat(next().get()).contains(FRAME);
      assertThat(reads()).as("%d taken", taken).isFalse();
    }
    assertThat(next().get()).contains(FRAME);
    assertThat(reads()).isTrue();
  }

  @Test
  void aConnectionThatIsKeptReadsAgain() {
    while (reads()) {
      arrive(FRAME, true);
    }
    // It was on its way already.
    arrive(1, false);
    assertThat(owner.told).containsExactly("keep for orders");
    assertThat(reads()).isTrue();
  }

  @Test
  void closingClosesTheConnectionAndForgetsWhatHasCome() {
    arrive(1, true);
    stream.close();
    channel.runPendingTasks();
    assertThat(owner.told).containsExactly("discard");
    assertThat(channel.isOpen()).isFalse();
    assertThatThrownBy(() -> next().get())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("the stream was closed");
    assertThat(metrics.errors()).containsOnlyKeys("CANCELLED");
  }

  @Test
  void whatHasComeBeforeTheConnectionBrokeIsStillGiven() throws Exception {
    arrive(1, true);
    arrive(2, true);
    var _ = channel.close();
    assertThat(next().get()).contains(1);
    assertThat(next().get()).contains(2);
    assertThatThrownBy(() -> next().get()).hasCauseInstanceOf(ConnectionLostException.class);
  }

  @Test
  void aFrameThatDoesNotComeInTimeEndsIt() {
    CompletableFuture<Optional<Integer>> waited = next();
    pass(PATIENCE.minusMillis(1));
    assertThat(waited).isNotDone();
    pass(Duration.ofMillis(1));
    assertThatThrownBy(waited::get)
        .hasCauseInstanceOf(VelocityException.class)
        .hasMessageContaining("sent no more of its answer in time");
    assertThat(owner.told).containsExactly("discard");
  }

  @Test
  void eachFrameHasItsOwnTime() throws Exception {
    for (int i = 0; i < 5; i++) {
      CompletableFuture<Optional<Integer>> waited = next();
      pass(PATIENCE.minusMillis(1));
      arrive(i, true);
      assertThat(waited.get()).contains(i);
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void oneThatIsForgottenGivesItsConnectionBackAndWhatHasComeIsStillGiven() throws Exception {
    arrive(1, true);
    arrive(2, true);
    pass(AnswerStream.UNUSED_MAX.minusSeconds(1));
    assertThat(next().get()).contains(1);
    pass(AnswerStream.UNUSED_MAX.minusSeconds(1));
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
    assertThat(owner.told).containsExactly("discard");
    assertThat(next().get()).contains(2);
    assertThatThrownBy(() -> next().get())
        .hasMessageContaining("nothing was taken from it for 30 s");
  }
}
