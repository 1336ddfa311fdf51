package io.velocitydb.server.session;

import java.nio.ByteBuffer;

/**
 * Reads the time limit of a request, whichever its table: field 0 of every request is {@code meta},
 * and field 0 of that the milliseconds. The body must be verified.
 */
final class RequestMeta {
  private static final int VTABLE_HEADER = 4;

  private RequestMeta() {}

  /** How long the client waits, in milliseconds; 0 when it does not say. */
  static long timeoutMs(ByteBuffer body) {
    int root = body.position() + body.getInt(body.position());
    int meta = firstField(body, root);
    if (meta == 0) {
      return 0;
    }
    int table = meta + body.getInt(meta);
    int timeout = firstField(body, table);
    return timeout == 0 ? 0 : body.getInt(timeout) & 0xFFFF_FFFFL;
  }

  private static int firstField(ByteBuffer body, int table) {
    int vtable = table - body.getInt(table);
    if ((body.getShort(vtable) & 0xFFFF) < VTABLE_HEADER + Short.BYTES) {
      return 0;
    }
    int offset = body.getShort(vtable + VTABLE_HEADER) & 0xFFFF;
    return offset == 0 ? 0 : table + offset;
  }
}
