package io.velocitydb.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.Verifier;
import io.velocitydb.protocol.vectors.GeneratedMessages;
import io.velocitydb.protocol.vectors.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever arrives, the outcome is a frame, more bytes to wait for, or a clean error, and it
 * depends on nothing but the frame's own bytes. A failing try prints its seed; jqwik repeats it.
 */
class HostileBytesTest {
  private static final int AROUND = 64;
  private static final List<JsonNode> MESSAGES =
      Vectors.list(Vectors.read("messages.json").required("valid"));
  private static final AtomicInteger READ = new AtomicInteger();
  private static final AtomicInteger REFUSED = new AtomicInteger();

  @Property(tries = 1000)
  void everyFrameComesBackHoweverItIsCut(
      @ForAll @IntRange(min = 0x10, max = 0x7E) int opcode,
      @ForAll @IntRange(max = 15) int flags,
      @ForAll @Size(max = 3000) byte[] body,
      @ForAll @IntRange(max = 4000) int cut) {
    ByteBuf out = Unpooled.buffer();
    new FrameEncoder().write(out, opcode, flags, ByteBuffer.wrap(body));
    byte[] frame = ByteBufUtil.getBytes(out);
    FrameDecoder decoder = FrameDecoder.ofRequests();

    ByteBuf arriving = Unpooled.buffer();
    int first = Math.min(cut, frame.length - 1);
    arriving.writeBytes(frame, 0, first);
    assertThat(decoder.decode(arriving)).isEqualTo(Result.NEED_MORE);
    arriving.writeBytes(frame, first, frame.length - first);
    assertThat(decoder.decode(arriving)).isEqualTo(Result.FRAME);
    assertThat(decoder.opcode()).isEqualTo(opcode);
    assertThat(decoder.flags()).isEqualTo(flags);
    assertThat(ByteBufUtil.getBytes(arriving, decoder.bodyIndex(), body.length)).isEqualTo(body);
    assertThat(arriving.isReadable()).isFalse();
  }

  @Property(tries = 3000)
  void noiseIsNeverAFrame(@ForAll @Size(max = 200) byte[] noise) {
    ByteBuf in = Unpooled.wrappedBuffer(noise);
    assertThat(FrameDecoder.ofRequests().decode(in)).isNotEqualTo(Result.FRAME);
    assertThat(FrameDecoder.ofResponses().decode(in)).isNotEqualTo(Result.FRAME);
  }

  @Property(tries = 5000)
  void aDamagedFrameIsNoFrame(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] frame = frame(message(random), body(random));
    frame[random.nextInt(frame.length)] ^= (byte) (1 + random.nextInt(255));
    assertThat(decoder(message(new Random(seed))).decode(Unpooled.wrappedBuffer(frame)))
        .isNotEqualTo(Result.FRAME);
  }

  /**
   * Messages are damaged and sealed with a right checksum, as an attacker would. Each is read
   * twice, between zeros and between ones: a byte from outside would make a difference.
   */
  @Property(tries = 20_000)
  void aDamagedMessageIsRefusedOrReadFromItsOwnBytesAlone(@ForAll long seed) {
    Random random = new Random(seed);
    JsonNode message = message(random);
    byte[] body = damaged(Vectors.hex(message, "hex"), random);
    byte[] frame = frame(message, body);
    String amongZeros = outcome(message, frame, (byte) 0);
    String amongOnes = outcome(message, frame, (byte) 0xFF);
    assertThat(amongZeros).isEqualTo(amongOnes);
    (amongZeros.startsWith("refused") ? REFUSED : READ).incrementAndGet();
  }

  @AfterContainer
  static void bothOutcomesWereSeen() {
    assertThat(READ.get()).isGreaterThan(1000);
    assertThat(REFUSED.get()).isGreaterThan(1000);
  }

  private static String outcome(JsonNode message, byte[] frame, byte around) {
    byte[] poison = new byte[AROUND];
    Arrays.fill(poison, around);
    ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer();
    try {
      in.writeBytes(poison).writeBytes(frame).writeBytes(poison).readerIndex(AROUND);
      FrameDecoder decoder = decoder(message);
      assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
      ByteBuffer body = decoder.body(in);
      int type = type(message);
      Verifier verifier = new Verifier();
      if (isRequest(message)) {
        verifier.verifyRequest(Opcode.of(decoder.opcode()), body);
      } else {
        verifier.verifyResponse(type, body);
      }
      return GeneratedMessages.read(type, body).toString();
    } catch (ProtocolException refused) {
      return "refused: " + refused.code() + " " + refused.getMessage();
    } finally {
      in.release();
    }
  }

  private static byte[] damaged(byte[] body, Random random) {
    byte[] damaged = body.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(5)) {
        case 0 -> damaged[at] = (byte) random.nextInt(256);
        case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        // Offsets and lengths are words: small steps and extremes of them.
        case 2 -> word(damaged, at, random.nextInt(-64, 64));
        case 3 -> word(damaged, at, random.nextInt());
        default -> damaged = Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length + 16));
      }
    }
    return damaged;
  }

  private static void word(byte[] bytes, int at, int value) {
    for (int i = 0; i < 4 && (at & ~3) + i < bytes.length; i++) {
      bytes[(at & ~3) + i] = (byte) (value >>> (8 * i));
    }
  }

  private static byte[] body(Random random) {
    byte[] body = new byte[random.nextInt(500)];
    random.nextBytes(body);
    return body;
  }

  private static JsonNode message(Random random) {
    return MESSAGES.get(random.nextInt(MESSAGES.size()));
  }

  private static byte[] frame(JsonNode message, byte[] body) {
    ByteBuf out = Unpooled.buffer();
    new FrameEncoder().write(out, opcode(message), 0, ByteBuffer.wrap(body));
    return ByteBufUtil.getBytes(out);
  }

  private static FrameDecoder decoder(JsonNode message) {
    return isRequest(message) ? FrameDecoder.ofRequests() : FrameDecoder.ofResponses();
  }

  private static boolean isRequest(JsonNode message) {
    return message.required("table").asText().endsWith("Request");
  }

  private static int type(JsonNode message) {
    return GeneratedMessages.type(message.required("table").asText());
  }

  private static int opcode(JsonNode message) {
    int type = type(message);
    for (Opcode opcode : Opcode.values()) {
      if (opcode.requestTable() == type) {
        return opcode.number();
      }
      if (opcode.responseTable() == type) {
        return opcode.responseNumber();
      }
    }
    return Opcode.ERROR;
  }
}
