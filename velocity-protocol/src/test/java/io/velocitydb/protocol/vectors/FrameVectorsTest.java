package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.frame.FrameEncoder;
import java.nio.ByteBuffer;
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

  private FrameDecoder decoder(JsonNode vector) {
    FrameDecoder decoder =
        vector.required("direction").asText().equals("request")
            ? FrameDecoder.ofRequests()
            : FrameDecoder.ofResponses();
    decoder.maxLength(vectors.required("max_length").asLong());
    return decoder;
  }
}
