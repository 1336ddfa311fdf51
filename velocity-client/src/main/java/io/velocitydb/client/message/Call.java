package io.velocitydb.client.message;

import io.velocitydb.protocol.Features;
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
 * @param streamAt where the body says (1 or 0) that the answer may come in several frames; -1 if it
 *     never may
 * @param <R> what the answer becomes
 */
public record Call<R>(
    Opcode opcode,
    int flags,
    ByteBuffer body,
    int timeoutMillis,
    Decoder<R> decoder,
    int streamAt) {

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

  /** A call whose answer has one frame. */
  public Call(Opcode opcode, int flags, ByteBuffer body, int timeoutMillis, Decoder<R> decoder) {
    this(opcode, flags, body, timeoutMillis, decoder, -1);
  }

  /** Reads a verified response's table; the buffer is only valid during the call. */
  @FunctionalInterface
  public interface Decoder<R> {
    /**
     * What the table says, and those of the frames before it.
     *
     * @throws io.velocitydb.client.error.ServerException if that is not a whole answer
     */
    R decode(ByteBuffer body);

    /** Takes a frame that is not the last one. */
    default void part(ByteBuffer body) {
      throw new IllegalStateException("this answer has one frame");
    }

    /** The request is sent, perhaps again: forgets the frames of an earlier attempt. */
    default void begin() {}
  }

  /**
   * To be called before it is sent, each time.
   *
   * @param features what both sides agreed on
   */
  public void begin(long features) {
    decoder.begin();
    if (mayStream()) {
      body.put(streamAt, (byte) ((features & Features.STREAMS) == 0 ? 0 : 1));
    }
  }

  /** Whether the answer may come in several frames. */
  public boolean mayStream() {
    return streamAt >= 0;
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
