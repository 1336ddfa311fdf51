package io.velocitydb.protocol.scram;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What the server keeps of a password or token: storedKey and serverKey. They check a proof and
 * sign the answer, but cannot log in. Immutable.
 */
public final class StoredKeys {
  private final byte[] storedKey;
  private final byte[] serverKey;

  /**
   * The keys as they were stored.
   *
   * @throws IllegalArgumentException unless each has 32 bytes
   */
  public StoredKeys(byte[] storedKey, byte[] serverKey) {
    if (storedKey.length != ClientKeys.LENGTH || serverKey.length != ClientKeys.LENGTH) {
      throw new IllegalArgumentException("a key has " + ClientKeys.LENGTH + " bytes");
    }
    this.storedKey = storedKey.clone();
    this.serverKey = serverKey.clone();
  }

  /**
   * Whether {@code proof} is one of the client that knows the password; in constant time, the same
   * work for every proof. A proof that has not 32 bytes is none.
   */
  public boolean verify(byte[] authMessage, byte[] proof) {
    byte[] whole = Arrays.copyOf(proof, ClientKeys.LENGTH);
    byte[] clientKey = Crypto.xor(whole, Crypto.hmac(storedKey, authMessage));
    boolean matches = MessageDigest.isEqual(Crypto.sha256(clientKey), storedKey);
    return matches && proof.length == ClientKeys.LENGTH;
  }

  /** The server's own proof: {@code HMAC(serverKey, authMessage)}. */
  public byte[] signature(byte[] authMessage) {
    return Crypto.hmac(serverKey, authMessage);
  }

  public byte[] storedKey() {
    return storedKey.clone();
  }

  public byte[] serverKey() {
    return serverKey.clone();
  }
}
