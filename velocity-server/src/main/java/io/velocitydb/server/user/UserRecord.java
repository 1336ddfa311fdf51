package io.velocitydb.server.user;

import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.PasswordRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of a user in the {@code system} database, under the key {@code user/<name>}:
 *
 * <pre>
 * format u8 (1), role u8 (number of the protocol), created u64 ms, password changed u64 ms,
 * rate limit u32, password 93 bytes (see {@link PasswordRecord}),
 * previous until u64 ms (0: none), with a previous one: 93 bytes,
 * number of scopes u16, each: database u16 length + UTF-8, prefix u32 length + bytes
 * </pre>
 *
 * All little-endian.
 */
final class UserRecord {
  private static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 1 + 1 + 8 + 8 + 4 + 8 + 2;

  private UserRecord() {}

  static byte[] encode(User user) {
    List<byte[]> databases =
        user.scopes().stream()
            .map(scope -> scope.database().getBytes(StandardCharsets.UTF_8))
            .toList();
    int bytes = FIXED_BYTES + 2 * PasswordRecord.ENCODED_LENGTH;
    for (int i = 0; i < databases.size(); i++) {
      bytes += 2 + databases.get(i).length + 4 + user.scopes().get(i).prefix().length;
    }
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(FORMAT)
        .put((byte) user.role().number())
        .putLong(user.createdMs())
        .putLong(user.passwordChangedMs())
        .putInt(user.rateLimitPerSecond())
        .put(user.password().encode())
        .putLong(user.previous().isPresent() ? user.previousUntilMs() : 0);
    user.previous().ifPresent(previous -> out.put(previous.encode()));
    out.putShort((short) databases.size());
    for (int i = 0; i < databases.size(); i++) {
      byte[] prefix = user.scopes().get(i).prefix();
      out.putShort((short) databases.get(i).length).put(databases.get(i));
      out.putInt(prefix.length).put(prefix);
    }
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
      List<Scope> scopes = new ArrayList<>();
      for (int left = in.getShort() & 0xFFFF; left > 0; left--) {
        String database = new String(bytes(in, in.getShort() & 0xFFFF), StandardCharsets.UTF_8);
        scopes.add(new Scope(database, bytes(in, in.getInt())));
      }
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
    return PasswordRecord.decode(bytes(in, PasswordRecord.ENCODED_LENGTH));
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
