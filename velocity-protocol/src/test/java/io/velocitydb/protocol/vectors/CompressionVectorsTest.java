package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.compression.CompressedBody;
import io.velocitydb.protocol.compression.Compression;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.api.Test;

class CompressionVectorsTest {
  private final JsonNode vectors = Vectors.read("compression.json");
  private final long maxLength = vectors.required("max_length").asLong();

  @Test
  void whatOthersCompressedIsInflatedToTheByte() throws NoSuchAlgorithmException {
    for (JsonNode vector : Vectors.list(vectors.required("valid"))) {
      String name = vector.required("name").asText();
      ByteBuf plain = inflate(vector);
      assertThat(plain.readableBytes()).as(name).isEqualTo(vector.required("length").asInt());
      assertThat(MessageDigest.getInstance("SHA-256").digest(ByteBufUtil.getBytes(plain)))
          .as(name)
          .isEqualTo(Vectors.hex(vector, "sha256"));
      plain.release();
    }
  }

  @Test
  void whatIsNotOneCompressedBodyIsRefused() {
    for (JsonNode vector : Vectors.list(vectors.required("invalid"))) {
      assertThatThrownBy(() -> inflate(vector))
          .as(vector.required("name").asText())
          .isInstanceOfSatisfying(
              ProtocolException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    }
  }

  /** Not at the start of its buffer, and with more behind it. */
  private ByteBuf inflate(JsonNode vector) {
    byte[] body = Vectors.hex(vector, "hex");
    ByteBuf in = Unpooled.directBuffer().writeBytes(new byte[3]).writeBytes(body).writeLong(-1);
    try {
      Compression compression = Compression.ofFlags(vector.required("compression").asInt() << 4);
      return CompressedBody.inflate(compression, in, 3, body.length, maxLength);
    } finally {
      in.release();
    }
  }
}
