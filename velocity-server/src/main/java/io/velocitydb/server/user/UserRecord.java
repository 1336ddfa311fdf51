package io.velocitydb.server.user;

import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.PasswordRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of a user in the {@code system} database, under the key {@code user/<name>}:
 *
 * <pre>
 * format u8 (1), role u8 (number of the protocol), created u64 ms, password changed u64 ms,
 * rate limit u32, password 93 bytes (see {@link PasswordRecord}),
 * previous until u64 ms (0: none), with a previous one: 93 bytes, scopes (see {@link ScopeRecord})
 * </pre>
 *
 * All little-endian.
 */
final class UserRecord {
  private static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 1 + 1 + 8 + 8 + 4 + 8;

  private UserRecord() {}

  static byte[] encode(User user) {
    int bytes = FIXED_BYTES + 2 * PasswordRecord.ENCODED_LENGTH + ScopeRecord.length(user.scopes());
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(FORMAT)
        .put((byte) user.role().number())
        .putLong(user.createdMs())
        .putLong(user.passwordChangedMs())
        .putInt(user.rateLimitPerSecond())
        .put(user.password().encode())
        .putLong(user.previous().isPresent() ? user.previousUntilMs() : 0);
    user.previous().ifPresent(previous -> out.put(previous.encode()));
    ScopeRecord.put(out, user.scopes());
    byte[] encoded = new byte[out.position()];
    out.flip().get(encoded);
    return encoded;
  }

  /**
   * Reads {@link #encode}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static User decode(String name, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "the user " + name + " is stored in format " + format + ", which is newer than this");
      }
      int role = in.get();
      long created = in.getLong();
      long changed = in.getLong();
      int rateLimit = in.getInt();
      PasswordRecord password = password(in);
      long previousUntil = in.getLong();
      Optional<PasswordRecord> previous =
          previousUntil == 0 ? Optional.empty() : Optional.of(password(in));
      List<Scope> scopes = ScopeRecord.take(in);
      return new User(
          name,
          Role.of(role).orElseThrow(() -> new IllegalArgumentException("no role " + role)),
          scopes,
          password,
          previous,
          previousUntil,
          created,
          changed,
          rateLimit);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the record of the user " + name + " is cut short", e);
    }
  }

  private static PasswordRecord password(ByteBuffer in) {
    return PasswordRecord.decode(ScopeRecord.take(in, PasswordRecord.ENCODED_LENGTH));
  }
}
