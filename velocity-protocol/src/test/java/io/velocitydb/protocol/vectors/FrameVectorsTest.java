package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.frame.FrameEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FrameVectorsTest {
  private final JsonNode vectors = Vectors.read("frames.json");

  @Test
  void validFramesAreReadAndWrittenByteForByte() {
    for (JsonNode vector : Vectors.list(vectors.required("valid"))) {
      String name = vector.required("name").asText();
      byte[] frame = Vectors.hex(vector, "hex");
      byte[] body = Vectors.hex(vector, "body");
      ByteBuf in = Unpooled.wrappedBuffer(frame);
      FrameDecoder decoder = decoder(vector);
      assertThat(decoder.decode(in)).as(name).isEqualTo(Result.FRAME);
      assertThat(decoder.opcode()).as(name).isEqualTo(vector.required("opcode").asInt());
      assertThat(decoder.flags()).as(name).isEqualTo(vector.required("flags").asInt());
      assertThat(decoder.bodyLength()).as(name).isEqualTo(body.length);
      assertThat(ByteBufUtil.getBytes(in, decoder.bodyIndex(), body.length)).isEqualTo(body);

      ByteBuf out = Unpooled.buffer();
      new FrameEncoder().write(out, decoder.opcode(), decoder.flags(), ByteBuffer.wrap(body));
      assertThat(ByteBufUtil.getBytes(out)).as(name).isEqualTo(frame);
    }
  }

  @Test
  void whatIsNoFrameIsRefused() {
    for (JsonNode vector : Vectors.list(vectors.required("invalid"))) {
      Result expected = Result.valueOf(vector.required("result").asText().toUpperCase(Locale.ROOT));
      ByteBuf in = Unpooled.wrappedBuffer(Vectors.hex(vector, "hex"));
      assertThat(decoder(vector).decode(in))
          .as(vector.required("name").asText())
          .isEqualTo(expected);
      assertThat(in.readerIndex()).isZero();
    }
  }

  @Test
  void theFrameInTheDocumentationIsOne() throws IOException {
    String line =
        Files.readAllLines(Path.of("..", "src", "docs", "protocol.md")).stream()
            .filter(text -> text.startsWith("    4f4c4556 "))
            .findFirst()
            .orElseThrow();
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(line.replace(" ", "")));
    FrameDecoder decoder = FrameDecoder.ofRequests();
    assertThat(decoder.decode(in)).isEqualTo(Result.FRAME);
    assertThat(decoder.opcode()).isEqualTo(Opcode.PING.number());
    assertThat(in.isReadable()).isFalse();
  }

  private FrameDecoder decoder(JsonNode vector) {
    FrameDecoder decoder =
        vector.required("direction").asText().equals("request")
            ? FrameDecoder.ofRequests()
            : FrameDecoder.ofResponses();
    decoder.maxLength(vectors.required("max_length").asLong());
    decoder.negotiated(vector.required("features").asLong());
    return decoder;
  }
}
