package io.velocitydb.protocol.scram;

import de.mkammerer.argon2.Argon2Advanced;
import de.mkammerer.argon2.Argon2Factory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a client needs to prove that it knows a password or token, and to check that the server
 * does: clientKey and serverKey. Worth keeping by (user, salt, parameters), since only their
 * derivation from a password is costly. Immutable until {@link #wipe}.
 */
public final class ClientKeys {
  /** Bytes of every key, proof and signature. */
  public static final int LENGTH = 32;

  /** Bytes of a salt. */
  public static final int SALT_LENGTH = 16;

  private final byte[] clientKey;
  private final byte[] serverKey;

  private ClientKeys(byte[] salted) {
    clientKey = Crypto.hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
    serverKey = Crypto.hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Derives the keys of a password with Argon2id (version 1.3, 32 bytes). Takes tens of
   * milliseconds and {@code parameters.memoryKib} KiB of native memory: not for an event loop.
   *
   * @param password as {@link Password} prepares it; stays as it is, the caller wipes it
   * @throws IllegalArgumentException if the salt has not 16 bytes or the parameters are not {@link
   *     Argon2Parameters#isAcceptable acceptable}
   */
  public static ClientKeys ofPassword(byte[] password, byte[] salt, Argon2Parameters parameters) {
    parameters.checked();
    if (salt.length != SALT_LENGTH) {
      throw new IllegalArgumentException("a salt has 16 bytes, not " + salt.length);
    }
    Argon2Advanced argon2 =
        Argon2Factory.createAdvanced(Argon2Factory.Argon2Types.ARGON2id, SALT_LENGTH, LENGTH);
    byte[] salted =
        argon2.rawHash(
            parameters.iterations(),
            parameters.memoryKib(),
            parameters.parallelism(),
            password,
            salt);
    return ofSalted(salted);
  }

  /** The keys of a token: its secret is random, so it needs no costly derivation. */
  public static ClientKeys ofToken(Token token) {
    return ofSalted(token.secret());
  }

  private static ClientKeys ofSalted(byte[] salted) {
    try {
      return new ClientKeys(salted);
    } finally {
      Arrays.fill(salted, (byte) 0);
    }
  }

  /** What AUTH carries: {@code clientKey XOR HMAC(storedKey, authMessage)}. */
  public byte[] proof(byte[] authMessage) {
    return Crypto.xor(clientKey, Crypto.hmac(Crypto.sha256(clientKey), authMessage));
  }

  /** Whether AUTH was answered by a server that knows the password too; in constant time. */
  public boolean isServerSignature(byte[] authMessage, byte[] signature) {
    return MessageDigest.isEqual(Crypto.hmac(serverKey, authMessage), signature);
  }

  /** What a server keeps to check the proofs of these keys. */
  public StoredKeys stored() {
    return new StoredKeys(Crypto.sha256(clientKey), serverKey);
  }

  /** Overwrites the keys; afterwards they prove nothing. */
  public void wipe() {
    Arrays.fill(clientKey, (byte) 0);
    Arrays.fill(serverKey, (byte) 0);
  }
}
