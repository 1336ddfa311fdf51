package io.velocitydb.cli.transfer;

import io.velocitydb.client.command.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/** A form in which entries stand in a file, one a line. Stateless. */
sealed interface RecordFormat permits TsvFormat, JsonLinesFormat {

  /**
   * Reads a line without its line break.
   *
   * @throws MalformedLineException if it is not of this form
   */
  Item read(byte[] line) throws MalformedLineException;

  /** Writes an entry and a line break. */
  void write(Entry entry, OutputStream out) throws IOException;

  /** What this form cannot hold, for a remark before an export. */
  Optional<String> loses();

  /** The form of that name. */
  static Optional<RecordFormat> named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "tsv" -> Optional.of(new TsvFormat());
      case "jsonl" -> Optional.of(new JsonLinesFormat());
      default -> Optional.empty();
    };
  }

  /** The form that a file's name tells: {@code .jsonl} or {@code .ndjson}, else tab-separated. */
  static RecordFormat ofFile(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson")
        ? new JsonLinesFormat()
        : new TsvFormat();
  }
}
