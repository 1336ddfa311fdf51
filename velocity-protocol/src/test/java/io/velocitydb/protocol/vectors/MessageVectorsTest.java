package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.message.Verifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageVectorsTest {
  private final Verifier verifier = new Verifier();

  @Test
  void messagesOfAnotherImplementationSayWhatTheyShould() {
    for (JsonNode vector : Vectors.list(Vectors.read("messages.json").required("valid"))) {
      ByteBuffer body = ByteBuffer.wrap(Vectors.hex(vector, "hex")).order(ByteOrder.LITTLE_ENDIAN);
      says(vector, body);
    }
  }

  /** Also leaves them in target/, for {@code make_vectors.py --read}. */
  @Test
  void messagesOfOurWriterSayTheSame() throws IOException {
    MessageWriter writer = new MessageWriter();
    List<String> lines = new ArrayList<>();
    for (JsonNode vector : Vectors.list(Vectors.read("messages.json").required("valid"))) {
      ByteBuf out = Unpooled.buffer();
      int type = GeneratedMessages.type(vector.required("table").asText());
      GeneratedMessages.write(writer, out, type, vector.required("fields"));
      says(vector, out.nioBuffer().order(ByteOrder.LITTLE_ENDIAN));
      lines.add(vector.required("name").asText() + " " + ByteBufUtil.hexDump(out));
    }
    Files.write(Path.of("target", "written-messages.txt"), lines);
  }

  @Test
  void malformedMessagesAreRefusedWithTheRightCode() {
    FrameEncoder frames = new FrameEncoder();
    for (JsonNode vector : Vectors.list(Vectors.read("messages.json").required("invalid"))) {
      Opcode opcode = Opcode.valueOf(vector.required("opcode").asText());
      ByteBuf in = Unpooled.buffer();
      frames.write(in, opcode.number(), 0, ByteBuffer.wrap(Vectors.hex(vector, "hex")));
      FrameDecoder decoder = FrameDecoder.ofRequests();
      assertThat(decoder.decode(in)).isEqualTo(FrameDecoder.Result.FRAME);
      ProtocolException refused =
          catchThrowableOfType(
              ProtocolException.class, () -> verifier.verifyRequest(opcode, decoder.body(in)));
      assertThat(refused).as(vector.required("name").asText()).isNotNull();
      assertThat(refused.code().name())
          .as(vector.required("name").asText() + ": " + refused.getMessage())
          .isEqualTo(vector.required("error").asText());
    }
  }

  private void says(JsonNode vector, ByteBuffer body) {
    String table = vector.required("table").asText();
    int type = GeneratedMessages.type(table);
    if (table.endsWith("Request")) {
      Opcode opcode =
          List.of(Opcode.values()).stream()
              .filter(candidate -> candidate.requestTable() == type)
              .findFirst()
              .orElseThrow();
      verifier.verifyRequest(opcode, body);
    } else {
      verifier.verifyResponse(type, body);
    }
    Object read = GeneratedMessages.read(type, body);
    assertThat(GeneratedMessages.says(read, vector.required("fields")))
        .as("%s: %s", vector.required("name").asText(), read)
        .isTrue();
  }
}
