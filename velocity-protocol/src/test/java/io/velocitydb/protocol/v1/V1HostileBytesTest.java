package io.velocitydb.protocol.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.vectors.Vectors;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nothing that comes from outside makes the readers of version 1 do anything but refuse it. */
class V1HostileBytesTest {
  private static final int ROUNDS = 100_000;

  private final List<byte[]> frames =
      Vectors.list(Vectors.read("v1.json").required("valid")).stream()
          .filter(vector -> vector.required("payload").asText().length() < 2_000)
          .map((JsonNode vector) -> Vectors.hex(vector, "hex"))
          .toList();

  @Test
  void changedFramesAreRefusedOrStayWithinTheirBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = frames.get(random.nextInt(frames.size())).clone();
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, random.nextInt(bytes.length + 1));
      V1FrameDecoder decoder = new V1FrameDecoder();
      if (decoder.decode(in) == Result.FRAME) {
        assertThat(decoder.payloadLength() + V1Header.OVERHEAD)
            .as("seed %d", seed)
            .isEqualTo(in.readerIndex());
      } else {
        assertThat(in.readerIndex()).as("seed %d", seed).isZero();
      }
    }
  }

  @Test
  void anyPayloadIsReadToItsEndOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] payload = new byte[random.nextInt(150)];
      random.nextBytes(payload);
      // Short fields now and then, so that some are inside.
      for (int at = 0; at + 4 < payload.length; at += 1 + random.nextInt(12)) {
        payload[at + 1] = 0;
        payload[at + 2] = 0;
        payload[at + 3] = 0;
      }
      V1Reader reader = new V1Reader(Unpooled.wrappedBuffer(payload), 0, payload.length);
      try {
        switch (random.nextInt(4)) {
          case 0 -> {
            V1Login.Hello hello = V1Login.Hello.read(reader);
            assertThat(hello.nonce()).hasSize(V1Login.NONCE_BYTES);
          }
          case 1 -> {
            V1Login.ServerInfo info = V1Login.ServerInfo.read(reader);
            assertThat(info.salt()).hasSize(V1Login.SALT_BYTES);
          }
          case 2 -> {
            V1Login.AuthResponse response = V1Login.AuthResponse.read(reader);
            assertThat(response.role().length()).isLessThanOrEqualTo(payload.length);
          }
          default -> {
            int length = reader.lp();
            assertThat(reader.lpIndex() + length).isLessThanOrEqualTo(payload.length);
            reader.i64();
          }
        }
        assertThat(reader.rest()).isBetween(0, payload.length);
      } catch (ProtocolException refused) {
        assertThat(refused.closesConnection()).as("seed %d", seed).isTrue();
      }
    }
  }
}
