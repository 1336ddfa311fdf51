package io.velocitydb.bench.linearizability.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A history as a file: one operation a line, each a JSON object. */
public final class HistoryFile {
  /** The components of the records, and nothing that follows from them. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(MapperFeature.AUTO_DETECT_IS_GETTERS).build();

  private HistoryFile() {}

  /** Writes all operations to a new file. */
  public static void write(Path file, List<Operation> operations) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Operation operation : operations) {
        out.write(JSON.writeValueAsString(operation));
        out.newLine();
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a line is not an operation; the message names it
   */
  public static List<Operation> read(Path file) throws IOException {
    List<Operation> operations = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      int number = 1;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        try {
          operations.add(JSON.readValue(line, Operation.class));
        } catch (JsonProcessingException e) {
          throw new IOException(
              file + ", line " + number + ": not an operation: " + e.getOriginalMessage(), e);
        }
        number++;
      }
    }
    return operations;
  }
}
