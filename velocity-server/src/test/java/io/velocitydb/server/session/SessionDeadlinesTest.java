package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.hotkeys.HotKeys;
import io.velocitydb.server.limit.RateLimits;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.session.SessionEnvironment.Deadlines;
import io.velocitydb.server.session.SessionEnvironment.Guards;
import io.velocitydb.server.session.SessionEnvironment.Observation;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.slowlog.SlowLog;
import io.velocitydb.server.user.Users;
import io.velocitydb.server.wire.Frames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a connection may take for what, by a clock that the test moves. */
final class SessionDeadlinesTest {
  private static final Duration IDLE = Duration.ofMinutes(5);

  @TempDir Path folder;
  private final AtomicLong now = new AtomicLong(TimeUnit.DAYS.toNanos(3));
  private final CountDownLatch release = new CountDownLatch(1);
  private final WorkPools pools = new WorkPools();
  private Engine engine;
  private SessionEnvironment environment;
  private EmbeddedChannel channel;

  @BeforeEach
  void open() {
    engine = Engine.open(folder, EngineOptions.defaults().withMemoryLimit(16 << 20));
    Users users = Users.open(engine.openOrCreate("system"), System::currentTimeMillis);
    environment =
        new SessionEnvironment(
            () ->
                Map.of(
                    Opcode.PING,
                    exchange -> exchange.reply().empty(),
                    Opcode.SET,
                    exchange -> exchange.reply().empty(),
                    Opcode.GET,
                    this::slow),
            users,
            Limits.DEFAULT,
            Deadlines.withIdle(IDLE),
            new DurabilityRule(Durability.ALWAYS, false),
            pools,
            new LargeFrameBudget(8 << 20),
            new SessionRegistry(10),
            new Observation(
                new CommandMetrics(), new SlowLog(Duration.ZERO, 1), new HotKeys(System::nanoTime)),
            new Guards(new RateLimits(0, 0, now::get), AuditLog.off()),
            now::get);
  }

  private void slow(Exchange exchange) {
    exchange.later(
        Pool.READS,
        (reply, _) -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          reply.empty();
        });
  }

  @AfterEach
  void close() {
    release.countDown();
    channel.finishAndReleaseAll();
    pools.close();
    engine.close();
  }

  private void connect(Session.Kind kind) {
    channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(new VProtoSession(environment, kind));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private void send(byte... bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  @Test
  void whoDoesNotLogInWithinTenSecondsIsClosed() {
    connect(Session.Kind.TLS);
    pass(Duration.ofMillis(9_999));
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void requestsThatAreRefusedDoNotBuyTimeForTheLogin() {
    connect(Session.Kind.TLS);
    for (int i = 0; i < 9; i++) {
      pass(Duration.ofSeconds(1));
      send(Frames.ping("let me in"));
      assertThat(channel.isOpen()).isTrue();
    }
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aFrameIsWholeTenSecondsAfterItsFirstByte() {
    connect(Session.Kind.LOCAL);
    byte[] frame = Frames.ping("slowly");
    for (int i = 0; i < 9; i++) {
      send(frame[i]);
      pass(Duration.ofSeconds(1));
    }
    assertThat(channel.isOpen()).isTrue();
    send(frame[9]);
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).as("a byte a second does not keep it open").isFalse();
  }

  @Test
  void theNextFrameHasItsOwnTenSeconds() {
    connect(Session.Kind.LOCAL);
    byte[] frame = Frames.ping("x");
    for (int round = 0; round < 5; round++) {
      send(java.util.Arrays.copyOf(frame, 5));
      pass(Duration.ofSeconds(8));
      send(java.util.Arrays.copyOfRange(frame, 5, frame.length));
      assertThat(channel.isOpen()).as("round %d", round).isTrue();
    }
  }

  @Test
  void aLargeFrameHasTimeByItsLength() {
    connect(Session.Kind.LOCAL);
    byte[] frame = Frames.set("k", new byte[1 << 20]);
    send(java.util.Arrays.copyOf(frame, 20));
    pass(Duration.ofSeconds(13));
    assertThat(channel.isOpen()).as("10 s and 4 s for a MiB").isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aLargeFrameThatIsRefusedHasNoMoreTime() {
    connect(Session.Kind.LOCAL);
    byte[] frame = Frames.raw(Opcode.APPEND.number(), 0, new byte[1 << 20]);
    send(java.util.Arrays.copyOf(frame, 20));
    for (int i = 0; i < 13; i++) {
      pass(Duration.ofSeconds(1));
      send((byte) 0);
    }
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anIdleConnectionIsClosedAndABusyOneIsNot() {
    connect(Session.Kind.LOCAL);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(299));
      send(Frames.ping("here"));
      assertThat(channel.isOpen()).isTrue();
    }
    pass(IDLE);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoWaitsForAnAnswerIsNotIdle() {
    connect(Session.Kind.LOCAL);
    send(Frames.get("takes long"));
    pass(IDLE.multipliedBy(3));
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aRefusedConnectionIsClosedASecondAfterItsError() {
    connect(Session.Kind.LOCAL);
    byte[] broken = Frames.ping("x");
    broken[broken.length - 1] ^= 1;
    send(broken);
    ByteBuf error = channel.readOutbound();
    assertThat(error.getUnsignedByte(4)).isEqualTo((short) Opcode.ERROR);
    error.release();
    send(Frames.ping("nobody listens"));
    assertThat(channel.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoSendsOnAfterItsErrorIsClosedAfterOneMiB() {
    connect(Session.Kind.LOCAL);
    byte[] broken = Frames.ping("x");
    broken[broken.length - 1] ^= 1;
    send(broken);
    for (int i = 0; i < 17 && channel.isOpen(); i++) {
      send(new byte[64 << 10]);
    }
    assertThat(channel.isOpen()).isFalse();
  }
}
