package io.velocitydb.client.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueTest {

  private final JsonCodec json = JsonCodec.standard();

  @Test
  void objectsAreStoredByWhatTheyAre() {
    assertThat(json.encode(new byte[] {1}).encoding()).isEqualTo(Encoding.BYTES);
    assertThat(json.encode("text").encoding()).isEqualTo(Encoding.TEXT);
    assertThat(json.encode(CharBuffer.wrap("text")).text()).isEqualTo("text");
    assertThat(json.encode(7)).isEqualTo(Value.json(7)).extracting(Value::text).isEqualTo("7");
    assertThat(json.encode(List.of(1, 2)).text()).isEqualTo("[1,2]");
    Value value = Value.text("as it is");
    assertThat(json.encode(value)).isSameAs(value);
  }

  @Test
  void jsonIsReadAsTheTypeAskedFor() {
    Value value = Value.json(Map.of("a", List.of(1, 2)));
    assertThat(value.as(new TypeReference<Map<String, List<Integer>>>() {}))
        .isEqualTo(Map.of("a", List.of(1, 2)));
    assertThat(value.tree().at("/a/1").asInt()).isEqualTo(2);
    assertThat(Value.json("quoted").as(String.class)).isEqualTo("quoted");
    assertThat(Value.text("5").as(String.class)).isEqualTo("5");
    assertThat(Value.text("5").as(Integer.class)).isEqualTo(5);
    assertThat(Value.text("5").as(byte[].class)).isEqualTo(new byte[] {'5'});
  }

  @Test
  void aValueNeverAppearsInAMessage() {
    Value secret = Value.text("{\"password\": hunter2}");
    assertThat(secret.toString()).isEqualTo("TEXT of 21 bytes");
    assertThatThrownBy(() -> secret.as(Map.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be read as java.util.Map")
        .hasMessageNotContaining("password")
        .hasNoCause();
    assertThatThrownBy(() -> Value.text("null").as(Map.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is null");
  }

  @Test
  void whatCannotBeWrittenAsJsonIsToldByItsType() {
    assertThatThrownBy(() -> json.encode(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot write a java.lang.Object as JSON");
  }

  @Test
  void bytesAreCopiedBothWays() {
    byte[] bytes = {1, 2};
    Value value = Value.bytes(bytes);
    bytes[0] = 9;
    value.toBytes()[1] = 9;
    assertThat(value.toBytes()).containsExactly(1, 2);
    assertThat(value.asBuffer().isReadOnly()).isTrue();
  }

  @Test
  void keysAreOrderedAsUnsignedBytesAndShownAsTextOrHex() {
    Key low = Key.of(new byte[] {0x7F});
    Key high = Key.of(new byte[] {(byte) 0x80});
    assertThat(low).isLessThan(high);
    assertThat(Key.of("ä"))
        .hasToString("ä")
        .isEqualTo(Key.of("ä".getBytes(StandardCharsets.UTF_8)));
    assertThat(high).hasToString("0x80");
    assertThat(high.text()).isEqualTo("\uFFFD");
  }

  @Test
  void anUnknownEncodingIsGivenAsBytes() {
    Value value = Value.received(new byte[] {1}, Encoding.of(9), json);
    assertThat(value.encoding()).isEqualTo(Encoding.UNKNOWN);
    assertThat(value.object()).isEqualTo(new byte[] {1});
    assertThat(Encoding.UNKNOWN.code()).isZero();
  }
}
