package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.FrameHeader;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What breaks the protocol ends its own connection, as the protocol says, and nothing else. */
final class BadInputTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder, Map.of("server.enable_tls", "false", "server.max_connections", "3"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RawConnection plain() throws IOException {
    return RawConnection.plain(server.address());
  }

  @Test
  void beforeTheFirstHeaderGarbageIsNotAnswered() throws Exception {
    List<byte[]> garbage =
        List.of(
            Frames.utf8("GET / HTTP/1.1\r\n\r\n"),
            Frames.utf8("*1\r\n$4\r\nPING\r\n"),
            new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0},
            new byte[] {0x4F, 0x4C, 0x45, 0x57},
            new byte[] {0x4F, 0x4C, 0x45, 0x56, 0x01, 0x01},
            new byte[] {0});
    for (byte[] bytes : garbage) {
      try (RawConnection connection = plain()) {
        connection.send(bytes);
        assertThat(connection.isClosedByServer()).as(Arrays.toString(bytes)).isTrue();
      }
    }
  }

  @Test
  void randomBytesNeverHurt() throws Exception {
    long seed = Long.getLong("velocity.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      try (RawConnection local = server.local()) {
        byte[] frame = Frames.set("k", "v".repeat(random.nextInt(100)));
        for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
          frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          local.send(frame, Frames.empty(Opcode.QUIT.number()));
        } catch (IOException e) {
          assertThat(e).as("seed %d: closed while it was sent", seed).isNotNull();
        }
      }
    }
    assertServes();
  }

  private static void assertServes() throws IOException {
    try (RawConnection local = server.local()) {
      assertThat(local.call(Frames.ping("alive")).payload()).isEqualTo("alive");
    }
  }

  private static void assertViolation(byte[] frame, String why) throws IOException {
    try (RawConnection local = server.local()) {
      local.send(Frames.set("first", "1"), frame, Frames.set("after", "1"));
      assertThat(local.read().answers(Opcode.SET)).isTrue();
      Frame error = local.read();
      assertThat(error.errorCode()).as(why).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(local.isClosedByServer()).as("closed after: " + why).isTrue();
    }
    try (RawConnection local = server.local()) {
      assertThat(local.call(Frames.get("after")).value()).isEqualTo("(missing)");
    }
  }

  @Test
  void aWrongChecksumIsAViolation() throws Exception {
    byte[] frame = Frames.get("k");
    frame[frame.length - 1] ^= 1;
    assertViolation(frame, "checksum");
  }

  @Test
  void aLengthOverTheLimitIsAViolationBeforeItsBytesCome() throws Exception {
    byte[] header = Arrays.copyOf(Frames.get("k"), FrameHeader.LENGTH);
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    for (long length : new long[] {(1 << 20) + (128 << 10) + 1, Long.MAX_VALUE, -1}) {
      fields.putLong(FrameHeader.LENGTH_OFFSET, length);
      assertViolation(header.clone(), "length " + Long.toUnsignedString(length));
    }
  }

  @Test
  void beforeLoginTheLimitIs16KiB() throws Exception {
    try (RawConnection connection = plain()) {
      assertThat(connection.call(Frames.raw(0x12, 0, new byte[16 * 1024])).errorCode())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
      connection.send(Frames.raw(Opcode.HELLO.number(), 0, new byte[16 * 1024 + 1]));
      assertThat(connection.read().errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @Test
  void reservedBitsAndResponsesAreViolations() throws Exception {
    assertViolation(Frames.raw(Opcode.GET.number(), 0x40, new byte[0]), "tagged");
    assertViolation(Frames.raw(Opcode.GET.number(), 0x80, new byte[0]), "more");
    assertViolation(Frames.raw(Opcode.GET.number(), 0x10, new byte[0]), "compressed");
    assertViolation(Frames.raw(0x7F, 0, new byte[0]), "opcode 0x7f");
    assertViolation(Frames.raw(0xA0, 0, new byte[0]), "a response");
    assertViolation(Frames.raw(0x00, 0, new byte[0]), "version 1");
  }

  @Test
  void aBodyThatIsNoMessageIsAViolation() throws Exception {
    assertViolation(Frames.raw(Opcode.GET.number(), 0, new byte[] {1}), "one byte");
    assertViolation(
        Frames.raw(Opcode.GET.number(), 0, new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}), "outside");
  }

  /** A table whose offset leads in front of its body, into what a neighbour sent. */
  @Test
  void anOffsetIntoANeighboursBytesIsAViolation() throws Exception {
    byte[] frame = Frames.get("k");
    ByteBuffer fields = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(FrameHeader.LENGTH, -40);
    assertViolation(withChecksum(frame), "alias");
  }

  /** A million elements that all lead to one value: little sent, much to be read. */
  @Test
  void aMessageThatNamesOneValueManyTimesIsAViolation() throws Exception {
    int count = 10_000;
    ByteBuffer body = ByteBuffer.allocate(28 + 4 * count + 64).order(ByteOrder.LITTLE_ENDIAN);
    body.putInt(0, 12);
    body.putShort(4, (short) 8).putShort(6, (short) 8).putShort(8, (short) 0);
    body.putShort(10, (short) 4);
    body.putInt(12, 8);
    body.putInt(16, 4);
    body.putInt(20, count);
    int element = 24 + 4 * count;
    for (int i = 0; i < count; i++) {
      body.putInt(24 + 4 * i, element + 8 - (24 + 4 * i));
    }
    body.putShort(element, (short) 6).putShort(element + 2, (short) 8);
    body.putShort(element + 4, (short) 4);
    body.putInt(element + 8, 8);
    body.putInt(element + 12, 4);
    body.putInt(element + 16, 4);
    assertViolation(Frames.raw(Opcode.MGET.number(), 0, body.array()), "alias attack");
  }

  private static byte[] withChecksum(byte[] frame) {
    return Frames.raw(
        frame[4], frame[5], Arrays.copyOfRange(frame, FrameHeader.LENGTH, frame.length - 4));
  }

  @Test
  void anUnknownOpcodeIsUnsupportedAndTheConnectionGoesOn() throws Exception {
    try (RawConnection local = server.local()) {
      assertThat(local.call(Frames.empty(0x7E)).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(local.call(Frames.empty(Opcode.WATCH.number())).errorCode())
          .isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(local.call(Frames.ping("on")).payload()).isEqualTo("on");
    }
  }

  @Test
  void consistencyOfAWriteAndDurabilityOfAReadMakeNoSense() throws Exception {
    try (RawConnection local = server.local()) {
      byte[] body = body(Frames.set("k", "v"));
      assertThat(local.call(Frames.raw(Opcode.SET.number(), 1, body)).errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(local.call(Frames.raw(Opcode.SET.number(), 0b1100, body)).errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(
              local
                  .call(Frames.raw(Opcode.GET.number(), 0b0100, body(Frames.get("k"))))
                  .errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
    }
  }

  @Test
  void aWeakerDurabilityThanTheServersIsRefused() throws Exception {
    try (RawConnection local = server.local()) {
      byte[] body = body(Frames.set("k", "v"));
      assertThat(local.call(Frames.raw(Opcode.SET.number(), 0b1000, body)).errorCode())
          .isEqualTo(ErrorCode.INVALID_COMMAND);
      assertThat(local.call(Frames.raw(Opcode.SET.number(), 0b0100, body)).isError()).isFalse();
    }
  }

  private static byte[] body(byte[] frame) {
    return Arrays.copyOfRange(frame, FrameHeader.LENGTH, frame.length - 4);
  }

  @Test
  void tooManyConnectionsAreToldSo() throws Exception {
    try (RawConnection a = plain();
        RawConnection b = plain();
        RawConnection c = plain()) {
      for (RawConnection one : List.of(a, b, c)) {
        assertThat(one.call(Frames.ping("x")).errorCode()).isEqualTo(ErrorCode.UNAUTHENTICATED);
      }
      try (RawConnection d = plain()) {
        assertThat(d.call(Frames.ping("x")).errorCode()).isEqualTo(ErrorCode.SERVER_OVERLOADED);
        assertThat(d.isClosedByServer()).isTrue();
      }
      assertServes();
    }
  }

  @Test
  void nothingButAHandshakeComesBeforeLogin() throws Exception {
    try (RawConnection connection = plain()) {
      for (Opcode opcode : Opcode.values()) {
        if (opcode != Opcode.HELLO && opcode != Opcode.AUTH) {
          assertThat(connection.call(Frames.empty(opcode.number())).errorCode())
              .as(opcode.name())
              .isEqualTo(ErrorCode.UNAUTHENTICATED);
        }
      }
      assertThat(connection.call(Frames.empty(0x7E)).errorCode())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
  }

  @Test
  void withoutTlsThereIsNoLoginUnlessAllowed() throws Exception {
    try (RawConnection connection = plain()) {
      assertThat(connection.call(RawConnection.hello("admin", "none")).errorCode())
          .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }
  }
}
