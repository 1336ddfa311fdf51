package io.velocitydb.client.value;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value with its encoding: 0 bytes to the server's {@code max_value} (1 MiB by default).
 *
 * <p>Immutable and thread safe. {@link #toString()} tells encoding and length, never the content.
 */
public final class Value {

  /** Read on first use, so that a program which stores only bytes and text never loads Jackson. */
  private static final class StandardJson {
    static final JsonCodec CODEC = JsonCodec.standard();
  }

  private final byte[] bytes;
  private final Encoding encoding;
  private final @Nullable JsonCodec json;

  private Value(byte[] bytes, Encoding encoding, @Nullable JsonCodec json) {
    this.bytes = bytes;
    this.encoding = encoding;
    this.json = json;
  }

  /** A copy of {@code bytes}, stored as bytes. */
  public static Value bytes(byte[] bytes) {
    return new Value(bytes.clone(), Encoding.BYTES, null);
  }

  /** {@code text} in UTF-8. */
  public static Value text(CharSequence text) {
    return new Value(text.toString().getBytes(UTF_8), Encoding.TEXT, null);
  }

  /**
   * {@code object} as JSON by Jackson's defaults; a client uses its own mapper for the objects
   * given to it.
   */
  public static Value json(Object object) {
    return StandardJson.CODEC.json(object);
  }

  /**
   * Wraps {@code bytes} without copying them: for the codecs of this library, which give the array
   * away.
   */
  public static Value received(byte[] bytes, Encoding encoding, JsonCodec json) {
    return new Value(bytes, encoding, json);
  }

  /** What the bytes are. */
  public Encoding encoding() {
    return encoding;
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** A read-only view of the bytes, from position 0. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** The bytes as UTF-8 text, whatever the encoding; what is not UTF-8 is replaced by U+FFFD. */
  public String text() {
    return new String(bytes, UTF_8);
  }

  /**
   * The value as {@code type}: {@code byte[]} and {@code String} are given for every encoding,
   * every other type is read from JSON.
   *
   * @throws IllegalStateException if the bytes are not JSON of that shape; the message does not
   *     contain the value
   */
  public <T> T as(Class<T> type) {
    if (type == byte[].class) {
      return type.cast(toBytes());
    }
    if (type == String.class && encoding != Encoding.JSON) {
      return type.cast(text());
    }
    return codec().read(bytes, type);
  }

  /**
   * The value read from JSON as a generic type, such as {@code new TypeReference<List<Order>>()
   * {}}.
   *
   * @throws IllegalStateException if the bytes are not JSON of that shape; the message does not
   *     contain the value
   */
  public <T> T as(TypeReference<T> type) {
    return codec().read(bytes, type);
  }

  /**
   * The value as a JSON tree.
   *
   * @throws IllegalStateException if the bytes are not JSON; the message does not contain the value
   */
  public JsonNode tree() {
    return codec().tree(bytes);
  }

  /**
   * What was set, by the stored encoding: {@code byte[]}, {@code String}, or a {@link JsonNode} for
   * an object.
   */
  public Object object() {
    return switch (encoding) {
      case TEXT -> text();
      case JSON -> tree();
      case BYTES, UNKNOWN -> toBytes();
    };
  }

  private JsonCodec codec() {
    return json == null ? StandardJson.CODEC : json;
  }

  /** Equal when encoding and bytes are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Value value
        && encoding == value.encoding
        && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * encoding.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return encoding + " of " + bytes.length + " bytes";
  }
}
