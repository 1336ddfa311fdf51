package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.frame.FrameDecoder.Result;
import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameDecoder;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Login;
import io.velocitydb.protocol.v1.V1Reader;
import io.velocitydb.protocol.v1.V1Type;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class V1VectorsTest {
  private final JsonNode vectors = Vectors.read("v1.json");

  private V1FrameDecoder decoder() {
    V1FrameDecoder decoder = new V1FrameDecoder();
    decoder.maxLength(vectors.required("max_length").asLong());
    return decoder;
  }

  @Test
  void validFramesAreReadAndWrittenByteForByte() {
    for (JsonNode vector : Vectors.list(vectors.required("valid"))) {
      String name = vector.required("name").asText();
      byte[] frame = Vectors.hex(vector, "hex");
      byte[] payload = Vectors.hex(vector, "payload");
      ByteBuf in = Unpooled.wrappedBuffer(frame);
      V1FrameDecoder decoder = decoder();
      assertThat(decoder.decode(in)).as(name).isEqualTo(Result.FRAME);
      assertThat(decoder.type()).as(name).isEqualTo(vector.required("type").asInt());
      assertThat(decoder.payloadLength()).as(name).isEqualTo(payload.length);
      assertThat(ByteBufUtil.getBytes(in, decoder.payloadIndex(), payload.length))
          .as(name)
          .isEqualTo(payload);
      assertThat(in.isReadable()).isFalse();

      ByteBuf out = Unpooled.buffer();
      V1FrameEncoder encoder = new V1FrameEncoder();
      int start = encoder.begin(out, decoder.type());
      out.writeBytes(payload);
      encoder.end(out, start);
      assertThat(ByteBufUtil.getBytes(out)).as(name).isEqualTo(frame);
    }
  }

  @Test
  void whatIsNoFrameIsRefused() {
    for (JsonNode vector : Vectors.list(vectors.required("invalid"))) {
      Result expected = Result.valueOf(vector.required("result").asText().toUpperCase(Locale.ROOT));
      ByteBuf in = Unpooled.wrappedBuffer(Vectors.hex(vector, "hex"));
      assertThat(decoder().decode(in)).as(vector.required("name").asText()).isEqualTo(expected);
      assertThat(in.readerIndex()).isZero();
    }
  }

  @Test
  void everyCommandIsAmongTheVectors() {
    Set<Integer> numbers = new HashSet<>();
    for (JsonNode vector : Vectors.list(vectors.required("valid"))) {
      if (vector.required("type").asInt() == V1Type.COMMAND) {
        numbers.add((int) Vectors.hex(vector, "payload")[0]);
      }
    }
    for (V1Command command : V1Command.values()) {
      assertThat(numbers).contains(command.number());
      assertThat(V1Command.of(command.number())).contains(command);
    }
    assertThat(V1Command.of(0)).isEmpty();
    assertThat(V1Command.of(10)).isEmpty();
  }

  private static V1Reader reader(JsonNode vector) {
    byte[] payload = Vectors.hex(vector, "hex");
    return new V1Reader(Unpooled.wrappedBuffer(payload), 0, payload.length);
  }

  private static byte[] written(Consumer<ByteBuf> payload) {
    ByteBuf out = Unpooled.buffer();
    payload.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  @Test
  void payloadsOfALoginSayTheSameReadAndWritten() {
    for (JsonNode vector : Vectors.list(vectors.required("hellos"))) {
      V1Login.Hello hello = V1Login.Hello.read(reader(vector));
      assertThat(hello.versionMin()).isEqualTo(vector.required("version_min").asInt());
      assertThat(hello.versionMax()).isEqualTo(vector.required("version_max").asInt());
      assertThat(hello.clientName()).isEqualTo(vector.required("client_name").asText());
      assertThat(hello.user()).isEqualTo(vector.required("user").asText());
      assertThat(hello.nonce()).isEqualTo(Vectors.hex(vector, "nonce"));
      assertThat(written(hello::write)).isEqualTo(Vectors.hex(vector, "hex"));
    }
    for (JsonNode vector : Vectors.list(vectors.required("server_infos"))) {
      V1Login.ServerInfo info = V1Login.ServerInfo.read(reader(vector));
      assertThat(info.version()).isEqualTo(vector.required("version").asInt());
      assertThat(info.fingerprint()).isEqualTo(Vectors.hex(vector, "fingerprint"));
      assertThat(info.nonce()).isEqualTo(Vectors.hex(vector, "nonce"));
      assertThat(info.salt()).isEqualTo(Vectors.hex(vector, "salt"));
      assertThat(info.parameters()).isEqualTo(parameters(vector));
      assertThat(written(info::write)).isEqualTo(Vectors.hex(vector, "hex"));
    }
    for (JsonNode vector : Vectors.list(vectors.required("auth_responses"))) {
      V1Login.AuthResponse response = V1Login.AuthResponse.read(reader(vector));
      assertThat(response.ok()).isEqualTo(vector.required("ok").asBoolean());
      assertThat(response.signature()).isEqualTo(Vectors.hex(vector, "signature"));
      assertThat(response.role()).isEqualTo(vector.required("role").asText());
      assertThat(written(response::write)).isEqualTo(Vectors.hex(vector, "hex"));
    }
  }

  private static Argon2Parameters parameters(JsonNode vector) {
    return new Argon2Parameters(
        vector.required("memory_kib").asInt(),
        vector.required("iterations").asInt(),
        vector.required("parallelism").asInt());
  }

  @Test
  void aPayloadEndsExactlyWhereItsFieldsDo() {
    for (JsonNode vector : Vectors.list(vectors.required("refused_hellos"))) {
      assertThatThrownBy(() -> V1Login.Hello.read(reader(vector)))
          .as(vector.required("name").asText())
          .isInstanceOfSatisfying(
              ProtocolException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    }
  }

  @Test
  void theProofOverBothPayloadsIsTheSame() {
    for (JsonNode vector : Vectors.list(vectors.required("logins"))) {
      byte[] message =
          AuthMessage.of(
              Vectors.hex(vector, "hello"),
              Vectors.hex(vector, "hello_response"),
              AuthMessage.BINDING_CERTIFICATE,
              Vectors.hex(vector, "binding_data"));
      byte[] password = Password.prepare(vector.required("password").asText().toCharArray());
      ClientKeys keys =
          ClientKeys.ofPassword(password, Vectors.hex(vector, "salt"), parameters(vector));
      assertThat(keys.proof(message)).isEqualTo(Vectors.hex(vector, "proof"));
      assertThat(keys.isServerSignature(message, Vectors.hex(vector, "server_signature"))).isTrue();
    }
  }
}
