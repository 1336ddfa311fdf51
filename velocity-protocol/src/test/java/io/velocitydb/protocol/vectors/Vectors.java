package io.velocitydb.protocol.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/** The test vectors that all SDKs share. */
public final class Vectors {
  private static final Path FOLDER = Path.of("..", "src", "protocol", "vectors");

  private Vectors() {}

  public static JsonNode read(String file) {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array that must not be empty: a test of nothing is no test. */
  public static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = StreamSupport.stream(array.spliterator(), false).toList();
    if (list.isEmpty()) {
      throw new AssertionError("no vectors");
    }
    return list;
  }

  public static byte[] hex(JsonNode vector, String field) {
    return HexFormat.of().parseHex(vector.required(field).asText());
  }
}
