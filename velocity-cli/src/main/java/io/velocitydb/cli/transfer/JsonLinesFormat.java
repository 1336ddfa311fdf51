package io.velocitydb.cli.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.velocitydb.cli.keyvalue.EntryFields;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.value.Encoding;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object a line: {@code key} and {@code value}, or {@code key_base64} and {@code
 * value_base64} where bytes are not UTF-8; {@code ttl_ms} and {@code encoding} ({@code bytes},
 * {@code text}, {@code json}) where needed.
 */
final class JsonLinesFormat implements RecordFormat {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LineReader.MAX_LINE_BYTES).build())
          .build();

  @Override
  public Item read(byte[] line) throws MalformedLineException {
    Map<String, Object> fields = fields(line);
    byte[] key =
        bytes(fields, "key")
            .orElseThrow(() -> new MalformedLineException("there is neither key nor key_base64"));
    byte[] value =
        bytes(fields, "value")
            .orElseThrow(
                () -> new MalformedLineException("there is neither value nor value_base64"));
    if (key.length == 0) {
      throw new MalformedLineException("the key is empty");
    }
    boolean text = fields.containsKey("value");
    String encoding = fields.getOrDefault("encoding", text ? "text" : "bytes").toString();
    return new Item(Key.of(key), value(value, encoding), ttl(fields.get("ttl_ms")));
  }

  @Override
  public void write(Entry entry, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      json.writeStartObject();
      EntryFields.entry(json, entry, false);
      json.writeEndObject();
    }
    out.write('\n');
  }

  @Override
  public Optional<String> loses() {
    return Optional.empty();
  }

  /** The fields of one object; unknown ones are a slip of the pen rather than to be passed over. */
  private static Map<String, Object> fields(byte[] line) throws MalformedLineException {
    Map<String, Object> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedLineException("it is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        Object earlier = fields.put(name, field(json, name, token));
        if (earlier != null) {
          throw new MalformedLineException("\"" + name + "\" is there twice");
        }
      }
      if (json.nextToken() != null) {
        throw new MalformedLineException("there is something after the JSON object");
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw new MalformedLineException(
          "it is not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    } catch (IOException e) {
      throw new MalformedLineException("it is not JSON", e);
    }
  }

  private static Object field(JsonParser json, String name, JsonToken token)
      throws IOException, MalformedLineException {
    boolean right =
        switch (name) {
          case "key", "value", "key_base64", "value_base64", "encoding" ->
              token == JsonToken.VALUE_STRING;
          case "ttl_ms" -> token == JsonToken.VALUE_NUMBER_INT;
          default ->
              throw new MalformedLineException(
                  "\""
                      + name
                      + "\" is not one of key, value, key_base64, value_base64, encoding, ttl_ms");
        };
    if (!right) {
      throw new MalformedLineException(
          "\"" + name + "\" must be " + (name.equals("ttl_ms") ? "a whole number" : "a text"));
    }
    return switch (name) {
      case "ttl_ms" -> json.getLongValue();
      case "key_base64", "value_base64" -> json.getBinaryValue();
      default -> json.getText();
    };
  }

  private static Optional<byte[]> bytes(Map<String, Object> fields, String name)
      throws MalformedLineException {
    Object text = fields.get(name);
    Object binary = fields.get(name + "_base64");
    if (text != null && binary != null) {
      throw new MalformedLineException("there are both " + name + " and " + name + "_base64");
    }
    return text != null
        ? Optional.of(((String) text).getBytes(StandardCharsets.UTF_8))
        : Optional.ofNullable((byte[]) binary);
  }

  private static Value value(byte[] bytes, String encoding) throws MalformedLineException {
    Encoding read =
        switch (encoding) {
          case "text" -> Encoding.TEXT;
          case "bytes" -> Encoding.BYTES;
          case "json" -> Encoding.JSON;
          default ->
              throw new MalformedLineException("\"encoding\" is not one of bytes, text, json");
        };
    // Not through text: whoever stored it as text may have had other bytes than UTF-8.
    return Value.received(bytes, read, JsonCodec.standard());
  }

  private static Optional<Duration> ttl(@Nullable Object millis) throws MalformedLineException {
    if (millis == null) {
      return Optional.empty();
    }
    if ((Long) millis < 1) {
      throw new MalformedLineException("\"ttl_ms\" is at least 1");
    }
    return Optional.of(Duration.ofMillis((Long) millis));
  }
}
