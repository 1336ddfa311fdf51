package io.velocitydb.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.Entry;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.compression.CompressedBody;
import io.velocitydb.protocol.compression.Compression;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Compressed frames: only where both sides agreed, and never more than they claim. */
final class CompressionTest {
  private static final int HEADER = 14;
  private static final int CRC = 4;

  @TempDir Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(folder);
    server.createUser("app", Role.READWRITE);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawConnection login(long features) throws IOException {
    return server.tls().login("app", "app", features);
  }

  private static String text(int length) {
    return "a value like many others; ".repeat(length / 26 + 1).substring(0, length);
  }

  /** The same request with its body compressed. */
  private static byte[] compressed(byte[] frame, Compression compression) {
    ByteBuf out = Unpooled.directBuffer();
    ByteBuffer body = ByteBuffer.wrap(frame, HEADER, frame.length - HEADER - CRC);
    new FrameEncoder().write(out, frame[4] & 0xFF, frame[5] & 0xFF, compression, body);
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.release();
    assertThat(bytes.length).isLessThan(frame.length / 2);
    return bytes;
  }

  /** The same frame with its body inflated. */
  private static Frame inflated(Frame frame) {
    ByteBuf in = Unpooled.wrappedBuffer(frame.body());
    ByteBuf plain =
        CompressedBody.inflate(
            Compression.ofFlags(frame.flags()), in, 0, frame.body().length, 2 << 20);
    Frame same = new Frame(frame.opcode(), frame.flags() & 0x80, ByteBufUtil.getBytes(plain));
    plain.release();
    return same;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void whatWasAgreedOnIsUsedInBothDirections(Compression compression) throws IOException {
    try (RawConnection connection = login(compression.feature())) {
      for (int length : new int[] {2_000, 60_000, 100_000, 1 << 20}) {
        byte[] set = Frames.set("k" + length, text(length));
        assertThat(connection.call(compressed(set, compression)).answers(Opcode.SET)).isTrue();
        Frame got = connection.call(Frames.get("k" + length));
        if (length <= 60_000) {
          assertThat(got.flags()).isEqualTo(compression.flags());
          assertThat(got.body().length).isLessThan(length / 4);
          got = inflated(got);
        }
        assertThat(got.value()).isEqualTo(text(length));
      }
    }
  }

  @Test
  void whatDoesNotShrinkIsSentAsItIs() throws IOException {
    byte[] noise = new byte[50_000];
    new Random(5).nextBytes(noise);
    try (RawConnection connection = login(Features.ALL)) {
      assertThat(connection.call(Frames.set("noise", noise)).flags()).isZero();
      Frame got = connection.call(Frames.get("noise"));
      assertThat(got.flags()).isZero();
      assertThat(got.body().length).isGreaterThan(50_000);
      connection.call(Frames.set("short", text(500)));
      assertThat(connection.call(Frames.get("short")).flags()).isZero();
    }
  }

  @Test
  void ofBothTheQuickerOneIsUsed() throws IOException {
    try (RawConnection connection = login(Features.ALL)) {
      connection.call(Frames.set("k", text(5_000)));
      assertThat(connection.call(Frames.get("k")).flags()).isEqualTo(Compression.LZ4.flags());
      byte[] other = compressed(Frames.set("k", text(3_000)), Compression.ZSTANDARD);
      assertThat(connection.call(other).answers(Opcode.SET)).isTrue();
      assertThat(inflated(connection.call(Frames.get("k"))).value()).isEqualTo(text(3_000));
    }
  }

  @Test
  void whatWasNotAgreedOnEndsTheConnection() throws IOException {
    byte[] set = Frames.set("k", text(5_000));
    long[] agreed = {Features.NONE, Features.STREAMS, Features.ZSTANDARD};
    for (long features : agreed) {
      try (RawConnection connection = login(features)) {
        assertThat(connection.call(compressed(set, Compression.LZ4)).errorCode())
            .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(connection.isClosedByServer()).isTrue();
      }
    }
    try (RawConnection connection = login(Features.ALL)) {
      assertThat(connection.call(Frames.raw(Opcode.GET.number(), 0x30, new byte[20])).errorCode())
          .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void aBombIsRefusedBeforeItIsInflated() throws IOException {
    for (Compression compression : new Compression[] {Compression.LZ4, Compression.ZSTANDARD}) {
      ByteBuf zeros = Unpooled.directBuffer().writeZero(16 << 20);
      assertThat(CompressedBody.compress(compression, zeros, 0)).isTrue();
      byte[] overTheLimit = ByteBufUtil.getBytes(zeros);
      byte[] claimsLess = overTheLimit.clone();
      ByteBuffer.wrap(claimsLess).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(1_000);
      byte[] nothing = {1, 0, 0, 0};
      zeros.release();
      for (byte[] bomb : new byte[][] {overTheLimit, claimsLess, nothing}) {
        try (RawConnection connection = login(Features.ALL)) {
          byte[] frame = Frames.raw(Opcode.GET.number(), compression.flags(), bomb);
          assertThat(connection.call(frame).errorCode()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
          assertThat(connection.isClosedByServer()).isTrue();
        }
      }
    }
  }

  @Test
  void framesOfAStreamAreCompressedToo() throws IOException {
    try (RawConnection connection = login(Features.LZ4 | Features.STREAMS)) {
      for (int i = 0; i < 20; i++) {
        connection.call(Frames.set("k" + (char) ('a' + i), text(60_000)));
      }
      connection.send(Frames.of(Opcode.SCAN, (m, t) -> m.putBoolean(t, ScanRequest.STREAM, true)));
      int entries = 0;
      Frame frame;
      do {
        frame = connection.read();
        assertThat(Compression.ofFlags(frame.flags())).isEqualTo(Compression.LZ4);
        entries += ScanResponse.getRootAsScanResponse(inflated(frame).table()).entriesLength();
      } while (frame.hasMore());
      assertThat(entries).isEqualTo(20);
    }
  }

  // ---- With our own client ----

  private VelocityClient client(Compression compression) {
    return VelocityClient.builder()
        .endpoint("vdb://app:app@127.0.0.1:" + server.address().getPort())
        .fingerprint(server.fingerprint())
        .compression(compression)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void theClientGetsBackWhatItSetHoweverItTravels(Compression compression) {
    try (VelocityClient client = client(compression)) {
      for (int length : new int[] {0, 100, 5_000, 200_000, 1_000_000}) {
        client.set("k", text(length));
        assertThat(client.get("k").map(Entry::text)).contains(text(length));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theClientReadsMoreAtOnceThanAMessageHolds(Compression compression) {
    String[] keys = IntStream.range(0, 12).mapToObj(i -> "k" + i).toArray(String[]::new);
    try (VelocityClient client = client(compression)) {
      for (String key : keys) {
        client.set(key, key + text(400_000));
      }
      String[] wanted = Arrays.copyOf(keys, 13);
      wanted[12] = "missing";
      assertThat(client.mget(wanted).stream().map(entry -> entry.map(Entry::text)))
          .hasSize(13)
          .startsWith(Optional.of("k0" + text(400_000)), Optional.of("k1" + text(400_000)))
          .endsWith(Optional.of("k11" + text(400_000)), Optional.empty());
    }
  }
}
