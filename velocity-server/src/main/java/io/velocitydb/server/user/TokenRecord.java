package io.velocitydb.server.user;

import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.StoredKeys;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a token in the {@code system} database, under the key {@code token/<id>}:
 *
 * <pre>
 * format u8 (1), role u8 (number of the protocol), created u64 ms, expires u64 ms (0: never),
 * owner created u64 ms, storedKey 32 bytes, serverKey 32 bytes,
 * name u16 length + UTF-8, owner u16 length (0: none) + UTF-8, scopes (see {@link ScopeRecord})
 * </pre>
 *
 * All little-endian.
 */
final class TokenRecord {
  private static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 1 + 1 + 3 * 8 + 2 * ClientKeys.LENGTH + 2 * 2;

  private TokenRecord() {}

  static byte[] encode(ApiToken token) {
    int bytes =
        FIXED_BYTES
            + token.name().getBytes(StandardCharsets.UTF_8).length
            + token.owner().getBytes(StandardCharsets.UTF_8).length
            + ScopeRecord.length(token.scopes());
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(FORMAT)
        .put((byte) token.role().number())
        .putLong(token.createdMs())
        .putLong(token.expiresMs())
        .putLong(token.ownerCreatedMs())
        .put(token.keys().storedKey())
        .put(token.keys().serverKey());
    ScopeRecord.putText(out, token.name());
    ScopeRecord.putText(out, token.owner());
    ScopeRecord.put(out, token.scopes());
    return out.array();
  }

  /**
   * Reads {@link #encode}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static ApiToken decode(String id, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "the token " + id + " is stored in format " + format + ", which is newer than this");
      }
      int role = in.get();
      long created = in.getLong();
      long expires = in.getLong();
      long ownerCreated = in.getLong();
      byte[] storedKey = ScopeRecord.take(in, ClientKeys.LENGTH);
      byte[] serverKey = ScopeRecord.take(in, ClientKeys.LENGTH);
      String name = ScopeRecord.takeText(in);
      String owner = ScopeRecord.takeText(in);
      return new ApiToken(
          id,
          name,
          owner,
          ownerCreated,
          Role.of(role).orElseThrow(() -> new IllegalArgumentException("no role " + role)),
          ScopeRecord.take(in),
          new StoredKeys(storedKey, serverKey),
          created,
          expires);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the record of the token " + id + " is cut short", e);
    }
  }
}
