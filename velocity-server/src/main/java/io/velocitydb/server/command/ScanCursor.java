package io.velocitydb.server.command;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.session.RequestException;
import java.util.Arrays;

/**
 * Where a page of SCAN ended: a format byte (1), a byte for the direction, and the last key. The
 * client brings it back with the same range, and it is not trusted: it can only lead to a place
 * inside that range, which is checked against the sender's scopes as at first.
 */
final class ScanCursor {
  private static final byte FORMAT = 1;
  private static final byte FORWARD = 0;
  private static final byte REVERSE = 1;
  private static final int HEADER = 2;

  private ScanCursor() {}

  static byte[] after(byte[] lastKey, boolean reverse) {
    byte[] cursor = new byte[HEADER + lastKey.length];
    cursor[0] = FORMAT;
    cursor[1] = reverse ? REVERSE : FORWARD;
    System.arraycopy(lastKey, 0, cursor, HEADER, lastKey.length);
    return cursor;
  }

  /**
   * What is left of {@code range} behind a cursor.
   *
   * @throws RequestException INVALID_COMMAND when the cursor is not of such a scan
   */
  static KeyRange rest(KeyRange range, byte[] cursor, boolean reverse) {
    boolean known =
        cursor.length > HEADER && cursor[0] == FORMAT && cursor[1] == (reverse ? REVERSE : FORWARD);
    byte[] lastKey = known ? Arrays.copyOfRange(cursor, HEADER, cursor.length) : new byte[0];
    if (!known || !range.contains(lastKey)) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "the cursor does not belong to a scan of this range");
    }
    return behind(range, lastKey, reverse);
  }

  /** What is left of {@code range} behind a key of it. */
  static KeyRange behind(KeyRange range, byte[] lastKey, boolean reverse) {
    return reverse
        ? new KeyRange(range.start(), lastKey)
        : new KeyRange(Arrays.copyOf(lastKey, lastKey.length + 1), range.end());
  }
}
