package io.velocitydb.server.user;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Scopes as bytes, in the records of users and tokens:
 *
 * <pre>
 * number of scopes u16, each: database u16 length + UTF-8, prefix u32 length + bytes
 * </pre>
 *
 * All little-endian.
 */
final class ScopeRecord {
  private ScopeRecord() {}

  static int length(List<Scope> scopes) {
    int bytes = Short.BYTES;
    for (Scope scope : scopes) {
      bytes += Short.BYTES + utf8(scope.database()).length + Integer.BYTES + scope.prefix().length;
    }
    return bytes;
  }

  static void put(ByteBuffer out, List<Scope> scopes) {
    out.putShort((short) scopes.size());
    for (Scope scope : scopes) {
      putText(out, scope.database());
      out.putInt(scope.prefix().length).put(scope.prefix());
    }
  }

  static List<Scope> take(ByteBuffer in) {
    List<Scope> scopes = new ArrayList<>();
    for (int left = in.getShort() & 0xFFFF; left > 0; left--) {
      scopes.add(new Scope(takeText(in), take(in, in.getInt())));
    }
    return scopes;
  }

  /** A text behind its length, a u16. */
  static void putText(ByteBuffer out, String text) {
    byte[] bytes = utf8(text);
    out.putShort((short) bytes.length).put(bytes);
  }

  static String takeText(ByteBuffer in) {
    return new String(take(in, in.getShort() & 0xFFFF), StandardCharsets.UTF_8);
  }

  static byte[] take(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
