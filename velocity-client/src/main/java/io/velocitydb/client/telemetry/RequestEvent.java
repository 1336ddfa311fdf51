package io.velocitydb.client.telemetry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One finished request, as a {@link RequestListener} is told of it. Never holds a key or a value.
 *
 * @param operation the command, such as {@code GET}
 * @param server the address, {@code host:port} or the socket's path
 * @param database the database in use
 * @param duration from the call to its end, repeats included
 * @param attempts how often it was sent; 0 if it never was
 * @param requestBytes the size of the request's message
 * @param error the {@code errorType()} of its error, {@code CANCELLED}, or empty when it succeeded
 */
public record RequestEvent(
    String operation,
    String server,
    String database,
    Duration duration,
    int attempts,
    int requestBytes,
    Optional<String> error) {

  /** The attributes that OpenTelemetry's conventions for database clients name. */
  public Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("db.system.name", "velocity");
    attributes.put("db.namespace", database);
    attributes.put("db.operation.name", operation);
    int colon = server.lastIndexOf(':');
    if (colon < 0) {
      attributes.put("server.address", server);
    } else {
      attributes.put("server.address", server.substring(0, colon));
      attributes.put("server.port", server.substring(colon + 1));
    }
    error.ifPresent(
        type -> {
          attributes.put("error.type", type);
          attributes.put("db.response.status_code", type);
        });
    return attributes;
  }
}
