package io.velocitydb.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a ready server says of itself in {@code <data-dir>/server.json}, so that commands on the
 * same machine find and trust it. It holds no secret.
 *
 * @param pid of the server's process
 * @param version of the server
 * @param vproto {@code host:port} that was really bound
 * @param http if there is such a listener
 * @param management {@code host:port} of health and metrics, if there is such a listener
 * @param resp if there is such a listener
 * @param adminSocket absolute path of the local administration socket
 * @param fingerprint {@code SHA256:...} of the certificate's key, absent without TLS
 * @param started when it became ready
 */
public record ServerFile(
    long pid,
    String version,
    HostPort vproto,
    Optional<HostPort> http,
    Optional<HostPort> management,
    Optional<HostPort> resp,
    Path adminSocket,
    Optional<String> fingerprint,
    Instant started) {

  /** The same with another fingerprint. */
  public ServerFile withFingerprint(String other) {
    return new ServerFile(
        pid, version, vproto, http, management, resp, adminSocket, Optional.of(other), started);
  }

  /** The file's name in the data directory. */
  public static final String NAME = "server.json";

  /** More than such a file ever has; a larger one is not ours. */
  private static final int MAX_BYTES = 64 << 10;

  /**
   * How much later than its own record a process may seem to have started, as clocks and rounding
   * go.
   */
  private static final Duration START_SLACK = Duration.ofSeconds(3);

  private static final JsonFactory JSON = new JsonFactory();

  /** Where the record of a server over this data directory is. */
  public static Path pathIn(Path dataDir) {
    return dataDir.resolve(NAME);
  }

  /**
   * Reads the record.
   *
   * @return empty if there is none
   * @throws IOException if it cannot be read, or is not such a record
   */
  public static Optional<ServerFile> read(Path file) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException(
          file + " is not the record of a server: more than " + MAX_BYTES + " bytes");
    }
    try {
      return Optional.of(fromFields(fields(bytes)));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeParseException e) {
      throw new IOException(file + " is not the record of a server: " + e.getMessage(), e);
    }
  }

  /**
   * Writes the record so that a reader sees the old one or the new one, never half of it. It needs
   * no sync: after a crash it is stale anyway.
   */
  public void write(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.write(unfinished, toJson());
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether its process still runs: a pid that was given to a younger process counts as gone. */
  public boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(start -> !start.isAfter(started.plus(START_SLACK)))
                    .orElse(true))
        .isPresent();
  }

  private byte[] toJson() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("pid", pid);
      json.writeStringField("version", version);
      json.writeStringField("vproto", vproto.toString());
      writeOptional(json, "http", http);
      writeOptional(json, "management", management);
      writeOptional(json, "resp", resp);
      json.writeStringField("admin_socket", adminSocket.toString());
      writeOptional(json, "fingerprint", fingerprint);
      json.writeStringField("started", started.toString());
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private static void writeOptional(JsonGenerator json, String name, Optional<?> value)
      throws IOException {
    json.writeFieldName(name);
    if (value.isPresent()) {
      json.writeString(value.get().toString());
    } else {
      json.writeNull();
    }
  }

  /** The fields that are text or number; what a newer server adds is passed over. */
  private static Map<String, String> fields(byte[] bytes) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    }
    return fields;
  }

  private static ServerFile fromFields(Map<String, String> fields) {
    return new ServerFile(
        Long.parseLong(required(fields, "pid")),
        required(fields, "version"),
        HostPort.parse(required(fields, "vproto")),
        address(fields, "http"),
        address(fields, "management"),
        address(fields, "resp"),
        Path.of(required(fields, "admin_socket")),
        Optional.ofNullable(fields.get("fingerprint")),
        Instant.parse(required(fields, "started")));
  }

  private static Optional<HostPort> address(Map<String, String> fields, String name) {
    return Optional.ofNullable(fields.get(name)).map(HostPort::parse);
  }

  private static String required(Map<String, String> fields, String name) {
    @Nullable String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("\"" + name + "\" is missing");
    }
    return value;
  }
}
