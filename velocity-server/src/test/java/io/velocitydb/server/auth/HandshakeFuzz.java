package io.velocitydb.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.v1.V1FrameDecoder;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.audit.AuditLog;
import io.velocitydb.server.command.KeyCommands;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.hotkeys.HotKeys;
import io.velocitydb.server.limit.RateLimits;
import io.velocitydb.server.metrics.CommandMetrics;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.DurabilityRule;
import io.velocitydb.server.session.LargeFrameBudget;
import io.velocitydb.server.session.Session;
import io.velocitydb.server.session.SessionEnvironment;
import io.velocitydb.server.session.SessionEnvironment.Deadlines;
import io.velocitydb.server.session.SessionEnvironment.Guards;
import io.velocitydb.server.session.SessionEnvironment.Observation;
import io.velocitydb.server.session.SessionRegistry;
import io.velocitydb.server.session.WorkPools;
import io.velocitydb.server.slowlog.SlowLog;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.Users;
import io.velocitydb.server.v1.AnyVersionSession;
import io.velocitydb.server.v1.V1Commands;
import io.velocitydb.server.v1.V1Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a stranger sends, in either version of the protocol: nobody is logged in without a
 * proof, every answer is a frame, and nothing goes wrong inside.
 */
final class HandshakeFuzz {
  private static final AtomicReference<@Nullable Throwable> FAILURE = new AtomicReference<>();
  private static final Logger SESSIONS = Logger.getLogger("io.velocitydb.server.session");
  private static final V1Service SERVICE = service();

  static {
    SESSIONS.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord message) {
            if (message.getThrown() != null) {
              FAILURE.set(message.getThrown());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }

  /**
   * A byte that says which version, then frames: opcode or type (0: bytes as they are), length of
   * the body (a byte, times two), body. Checksums are made here: no fuzzer guesses them.
   */
  @FuzzTest
  void nobodyIsLoggedInWithoutAProof(byte[] data) {
    if (data.length == 0) {
      return;
    }
    boolean version1 = (data[0] & 1) != 0;
    AnyVersionSession session = new AnyVersionSession(SERVICE, Session.Kind.PLAIN);
    EmbeddedChannel channel = new EmbeddedChannel(session);
    try {
      int at = 1;
      while (at + 2 <= data.length && channel.isOpen()) {
        int opcode = data[at] & 0xFF;
        int end = Math.min(data.length, at + 2 + 2 * (data[at + 1] & 0xFF));
        byte[] body = Arrays.copyOfRange(data, at + 2, end);
        channel.writeInbound(frame(version1, opcode, body));
        channel.runPendingTasks();
        at = end;
      }
      assertThat(session.identity().principal()).as("who is logged in").isNull();
      checkAnswers(channel);
      Throwable failure = FAILURE.getAndSet(null);
      if (failure != null) {
        throw new AssertionError("something went wrong inside", failure);
      }
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static ByteBuf frame(boolean version1, int opcode, byte[] body) {
    ByteBuf out = Unpooled.directBuffer();
    if (opcode == 0) {
      return out.writeBytes(body);
    }
    if (version1) {
      V1FrameEncoder encoder = new V1FrameEncoder();
      int start = encoder.begin(out, opcode);
      out.writeBytes(body);
      encoder.end(out, start);
    } else {
      new FrameEncoder().write(out, opcode, 0, ByteBuffer.wrap(body));
    }
    return out;
  }

  private static void checkAnswers(EmbeddedChannel channel) {
    ByteBuf answers = Unpooled.buffer();
    ByteBuf part;
    while ((part = channel.readOutbound()) != null) {
      answers.writeBytes(part);
      part.release();
    }
    assertThat(answers.toString(StandardCharsets.ISO_8859_1)).doesNotContain("internal error");
    while (answers.isReadable()) {
      // No opcode of a response is as low as the number of version 1.
      boolean asVersion1 =
          answers.readableBytes() > 4 && answers.getByte(answers.readerIndex() + 4) == 1;
      if (asVersion1) {
        V1FrameDecoder decoder = new V1FrameDecoder();
        assertThat(decoder.decode(answers)).isEqualTo(FrameDecoder.Result.FRAME);
        assertThat(decoder.type())
            .isIn(V1Type.SERVER_INFO, V1Type.AUTH_RESPONSE, V1Type.ERROR, V1Type.DISCONNECT);
      } else {
        FrameDecoder decoder = FrameDecoder.ofResponses();
        assertThat(decoder.decode(answers)).isEqualTo(FrameDecoder.Result.FRAME);
        assertThat(decoder.opcode()).isIn(Opcode.ERROR, Opcode.HELLO.responseNumber());
      }
    }
    answers.release();
  }

  private static V1Service service() {
    try {
      Engine engine =
          Engine.open(
              Files.createTempDirectory("velocity-fuzz"),
              EngineOptions.defaults().withMemoryLimit(16 << 20));
      Databases databases = Databases.of(engine);
      Users users = Users.open(databases.system(), System::currentTimeMillis);
      users.create(
          "ann",
          "a password".getBytes(StandardCharsets.UTF_8),
          Optional.of(Role.ADMIN),
          List.of(),
          0,
          Principal.LOCAL);
      LoginWatch watch =
          new LoginWatch(
              // Never makes anybody wait: all is to be tried.
              new LoginPenalties(Integer.MAX_VALUE, Duration.ofSeconds(1), System::nanoTime),
              AuditLog.off(),
              true);
      Handshake handshake = new Handshake(users, watch, databases, Limits.DEFAULT, "fuzz");
      SessionEnvironment environment =
          new SessionEnvironment(
              () -> {
                Map<Opcode, Command> commands = new EnumMap<>(Opcode.class);
                commands.putAll(handshake.commands());
                commands.putAll(KeyCommands.forOneThread(databases, Limits.DEFAULT));
                return commands;
              },
              users,
              Limits.DEFAULT,
              Deadlines.withIdle(Duration.ofMinutes(5)),
              new DurabilityRule(Durability.ALWAYS, false),
              new WorkPools(),
              new LargeFrameBudget(8 << 20),
              new SessionRegistry(10),
              new Observation(
                  new CommandMetrics(),
                  new SlowLog(Duration.ZERO, 1),
                  new HotKeys(System::nanoTime)),
              new Guards(new RateLimits(0, 0, System::nanoTime), AuditLog.off()),
              System::nanoTime);
      return new V1Service(
          environment,
          new V1Handshake(handshake, new PasswordLogin(users, watch), watch, databases, false),
          new V1Commands(databases, Limits.DEFAULT, Map::of));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
