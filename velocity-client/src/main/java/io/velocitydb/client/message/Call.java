package io.velocitydb.client.message;

import io.velocitydb.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * One request as it goes over the wire, and how its answer is read.
 *
 * @param opcode the command
 * @param flags of the frame
 * @param body the request's table
 * @param timeoutMillis the call's own deadline; 0 is the client's
 * @param decoder reads the response's table
 * @param <R> what the answer becomes
 */
public record Call<R>(
    Opcode opcode, int flags, ByteBuffer body, int timeoutMillis, Decoder<R> decoder) {

  private static final Set<Opcode> READING_ADMINISTRATION =
      EnumSet.of(
          Opcode.STATS,
          Opcode.DB_LIST,
          Opcode.DB_STATS,
          Opcode.USER_LIST,
          Opcode.TOKEN_LIST,
          Opcode.BACKUP_STATUS,
          Opcode.BACKUP_LIST,
          Opcode.BACKUP_VERIFY,
          Opcode.VERIFY,
          Opcode.HOTKEYS,
          Opcode.CONNECTIONS,
          Opcode.CONFIG_GET);

  /** Reads a verified response's table; the buffer is only valid during the call. */
  @FunctionalInterface
  public interface Decoder<R> {
    /** What the table says. */
    R decode(ByteBuffer body);
  }

  /**
   * Whether the call may change something, so that it must not be repeated after an unknown
   * outcome.
   */
  public boolean changes() {
    return switch (opcode.access()) {
      case READ, SESSION, HANDSHAKE -> false;
      case WRITE -> true;
      case OPERATE, ADMIN -> !READING_ADMINISTRATION.contains(opcode);
    };
  }
}
