package io.velocitydb.protocol.scram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A user's password as the server stores it: salt, parameters, {@link StoredKeys}. Immutable.
 *
 * <p>As bytes: format u8 (1), memory, iterations and parallelism u32 each, salt 16, storedKey 32,
 * serverKey 32; little-endian, 93 in all.
 */
public final class PasswordRecord {
  /** Bytes of the encoded form. */
  public static final int ENCODED_LENGTH =
      1 + 3 * 4 + ClientKeys.SALT_LENGTH + 2 * ClientKeys.LENGTH;

  private static final byte FORMAT = 1;

  private final Argon2Parameters parameters;
  private final byte[] salt;
  private final StoredKeys keys;

  private PasswordRecord(Argon2Parameters parameters, byte[] salt, StoredKeys keys) {
    this.parameters = parameters;
    this.salt = salt;
    this.keys = keys;
  }

  /**
   * Derives the record of a password; as costly as {@link ClientKeys#ofPassword}.
   *
   * @param password as {@link Password} prepares it
   * @param salt 16 fresh random bytes
   */
  public static PasswordRecord derive(byte[] password, byte[] salt, Argon2Parameters parameters) {
    ClientKeys keys = ClientKeys.ofPassword(password, salt, parameters);
    StoredKeys stored = keys.stored();
    keys.wipe();
    return new PasswordRecord(parameters, salt.clone(), stored);
  }

  /**
   * The record of a user who does not exist: always the same for a name, and no proof fits it. What
   * is answered and done with it is what is answered and done for a user who does exist.
   *
   * @param serverSecret random bytes that only this server knows and keeps
   * @param inUse the parameters of the users there are, in a stable order; at least one
   */
  public static PasswordRecord ofUnknownUser(
      byte[] serverSecret, String user, List<Argon2Parameters> inUse) {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    ByteBuffer mac =
        ByteBuffer.wrap(Crypto.hmac(serverSecret, name)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] salt = new byte[ClientKeys.SALT_LENGTH];
    mac.get(salt);
    int choice = Integer.remainderUnsigned(mac.getInt(), inUse.size());
    // Keys that nobody can know: a proof would need the preimage of this hash.
    byte[] unknown = Crypto.hmac(serverSecret, mac.array());
    StoredKeys keys = new StoredKeys(unknown, Crypto.hmac(serverSecret, unknown));
    return new PasswordRecord(inUse.get(choice), salt, keys);
  }

  /**
   * Reads {@link #encode}.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  public static PasswordRecord decode(byte[] bytes) {
    if (bytes.length != ENCODED_LENGTH || bytes[0] != FORMAT) {
      throw new IllegalArgumentException("not a password record of format " + FORMAT);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1).order(ByteOrder.LITTLE_ENDIAN);
    Argon2Parameters parameters =
        new Argon2Parameters(in.getInt(), in.getInt(), in.getInt()).checked();
    byte[] salt = new byte[ClientKeys.SALT_LENGTH];
    byte[] storedKey = new byte[ClientKeys.LENGTH];
    byte[] serverKey = new byte[ClientKeys.LENGTH];
    in.get(salt).get(storedKey).get(serverKey);
    return new PasswordRecord(parameters, salt, new StoredKeys(storedKey, serverKey));
  }

  public byte[] encode() {
    return ByteBuffer.allocate(ENCODED_LENGTH)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(FORMAT)
        .putInt(parameters.memoryKib())
        .putInt(parameters.iterations())
        .putInt(parameters.parallelism())
        .put(salt)
        .put(keys.storedKey())
        .put(keys.serverKey())
        .array();
  }

  public Argon2Parameters parameters() {
    return parameters;
  }

  public byte[] salt() {
    return salt.clone();
  }

  public StoredKeys keys() {
    return keys;
  }
}
