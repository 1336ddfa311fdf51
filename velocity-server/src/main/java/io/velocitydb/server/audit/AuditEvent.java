package io.velocitydb.server.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What somebody may ask about later. No part of it is a key, a value or a secret; what a client
 * said of itself is cut to {@link #TEXT_MAX} characters.
 *
 * @param time when it was over
 * @param address {@code host:port} of the client, or {@code local}
 * @param user who it was; in a login that failed, who it said to be; empty when it said nothing
 * @param operation the command, by the name of its opcode; never empty
 * @param target the user or database that a command of administration names, else empty
 * @param database the one in use, or empty
 * @param status {@code OK}, or the name of the error's code
 * @param reason why it was refused or failed, else empty
 */
public record AuditEvent(
    Instant time,
    String address,
    String user,
    String operation,
    String target,
    String database,
    String status,
    String reason) {
  /** Characters of each text that are kept. */
  public static final int TEXT_MAX = 256;

  /** The status of what succeeded. */
  public static final String OK = "OK";

  public AuditEvent {
    user = shortened(user);
    target = shortened(target);
    database = shortened(database);
    reason = shortened(reason);
  }

  /** Also without halves of characters, which JSON cannot have. */
  private static String shortened(String text) {
    String kept = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
    return new String(kept.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
