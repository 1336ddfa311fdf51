package io.velocitydb.cli.console;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes one JSON document to standard output. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** The body of a document. */
  @FunctionalInterface
  public interface Body {
    /** Writes it. */
    void write(JsonGenerator json) throws IOException;
  }

  /** Writes one object with these fields, and a line break after it. */
  public static void object(Console console, Body fields) {
    try (JsonGenerator json = FACTORY.createGenerator(console.out(), JsonEncoding.UTF8)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("the answer could not be written", e);
    }
  }
}
