package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.velocitydb.protocol.Durations;
import io.velocitydb.protocol.Slots;
import io.velocitydb.protocol.url.Endpoint;
import io.velocitydb.protocol.url.VelocityUrl;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextVectorsTest {
  @Test
  void aKeyBelongsToTheSameSlotEverywhere() {
    for (JsonNode vector : Vectors.list(Vectors.read("slots.json"))) {
      assertThat(Slots.of(Vectors.hex(vector, "key")))
          .as(vector.toString())
          .isEqualTo(vector.required("slot").asInt());
    }
  }

  @Test
  void durationsAreReadAndWritten() {
    JsonNode vectors = Vectors.read("durations.json");
    for (JsonNode vector : Vectors.list(vectors.required("valid"))) {
      Duration duration = Durations.parse(vector.required("text").asText());
      assertThat(duration.toMillis())
          .as(vector.toString())
          .isEqualTo(Long.parseLong(vector.required("ms").asText()));
      assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }
    for (JsonNode text : Vectors.list(vectors.required("invalid"))) {
      assertThatThrownBy(() -> Durations.parse(text.asText()))
          .as(text.toString())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("\"" + text.asText() + "\" is ");
    }
  }

  @Test
  void urlsAreReadPartByPart() {
    for (JsonNode vector : Vectors.list(Vectors.read("urls.json").required("valid"))) {
      VelocityUrl url = VelocityUrl.parse(vector.required("url").asText());
      assertThat(url)
          .as(vector.required("url").asText())
          .isEqualTo(
              new VelocityUrl(
                  vector.required("tls").asBoolean(),
                  Optional.ofNullable(vector.required("user").textValue()),
                  Optional.ofNullable(vector.required("password").textValue()),
                  Vectors.list(vector.required("endpoints")).stream()
                      .map(
                          e ->
                              new Endpoint(e.required("host").asText(), e.required("port").asInt()))
                      .toList(),
                  vector.required("database").asText(),
                  vector.required("timeout_ms").isNull()
                      ? Optional.empty()
                      : Optional.of(Duration.ofMillis(vector.required("timeout_ms").asLong()))));
    }
  }

  @Test
  void wrongUrlsSayWhatWouldBeRight() {
    for (JsonNode vector : Vectors.list(Vectors.read("urls.json").required("invalid"))) {
      assertThatThrownBy(() -> VelocityUrl.parse(vector.required("url").asText()))
          .as(vector.required("url").asText())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(vector.required("says").asText());
    }
  }
}
