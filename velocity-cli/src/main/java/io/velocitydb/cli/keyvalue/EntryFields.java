package io.velocitydb.cli.keyvalue;

import com.fasterxml.jackson.core.JsonGenerator;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.value.Encoding;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * An entry as JSON fields: {@code key} and {@code value} as text, or {@code key_base64} and {@code
 * value_base64} where the bytes are not UTF-8; {@code encoding} where it is not what reading the
 * fields again would give; {@code ttl_ms} where it expires.
 */
public final class EntryFields {
  private EntryFields() {}

  /** Writes the key. */
  public static void key(JsonGenerator json, Key key) throws IOException {
    bytes(json, "key", key.toBytes());
  }

  /** Writes everything but the version. */
  public static void entry(JsonGenerator json, Entry entry, boolean keysOnly) throws IOException {
    key(json, entry.key());
    if (!keysOnly) {
      value(json, entry.value());
    }
    if (entry.ttl().isPresent()) {
      json.writeNumberField("ttl_ms", entry.ttl().get().toMillis());
    }
  }

  private static void value(JsonGenerator json, Value value) throws IOException {
    boolean text = bytes(json, "value", value.toBytes());
    if (value.encoding() != (text ? Encoding.TEXT : Encoding.BYTES)) {
      json.writeStringField("encoding", value.encoding().name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Writes bytes under the name, or the name with {@code _base64}; whether they were text tells the
   * answer.
   */
  private static boolean bytes(JsonGenerator json, String name, byte[] bytes) throws IOException {
    Optional<String> text = Bytes.utf8(bytes);
    if (text.isPresent()) {
      json.writeStringField(name, text.get());
    } else {
      json.writeBinaryField(name + "_base64", bytes);
    }
    return text.isPresent();
  }
}
