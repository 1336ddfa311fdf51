package io.velocitydb.client.value;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Turns objects into JSON and back with Jackson.
 *
 * <p>Thread safe, as the mapper is once it is configured.
 */
public final class JsonCodec {

  private final ObjectMapper mapper;

  /** Uses {@code mapper}, which must not be reconfigured afterwards. */
  public JsonCodec(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Jackson's defaults with the modules found on the class path. */
  public static JsonCodec standard() {
    return new JsonCodec(JsonMapper.builder().findAndAddModules().build());
  }

  /**
   * The value for {@code object}: a {@link Value} as it is, {@code byte[]} as bytes, a {@link
   * CharSequence} as text, anything else as JSON. A {@code byte[]} is not copied: it must not
   * change while the value is in use.
   *
   * @throws IllegalArgumentException if Jackson cannot write the object
   */
  public Value encode(Object object) {
    return switch (object) {
      case Value value -> value;
      case byte[] bytes -> Value.received(bytes, Encoding.BYTES, this);
      case CharSequence text -> Value.text(text);
      default -> json(object);
    };
  }

  /**
   * The object as JSON, whatever its type; a {@code String} becomes a JSON string.
   *
   * @throws IllegalArgumentException if Jackson cannot write the object
   */
  public Value json(Object object) {
    try {
      return Value.received(mapper.writeValueAsBytes(object), Encoding.JSON, this);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "cannot write a " + object.getClass().getName() + " as JSON: " + e.getOriginalMessage(),
          e);
    }
  }

  <T> T read(byte[] json, Class<T> type) {
    try {
      return present(mapper.readValue(json, type), type.getName());
    } catch (IOException e) {
      throw unreadable(type.getName(), e);
    }
  }

  <T> T read(byte[] json, TypeReference<T> type) {
    try {
      return present(mapper.readValue(json, type), type.getType().getTypeName());
    } catch (IOException e) {
      throw unreadable(type.getType().getTypeName(), e);
    }
  }

  JsonNode tree(byte[] json) {
    try {
      return present(mapper.readTree(json), "a JSON tree");
    } catch (IOException e) {
      throw unreadable("a JSON tree", e);
    }
  }

  private static <T> T present(@Nullable T value, String type) {
    if (value == null) {
      throw new IllegalStateException("the stored JSON is null, which is no " + type);
    }
    return value;
  }

  /** Without Jackson's excerpt of the source, which would put values into logs. */
  private static IllegalStateException unreadable(String type, IOException e) {
    String why =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return new IllegalStateException("the stored value cannot be read as " + type + ": " + why);
  }
}
