package io.velocitydb.server.hotkeys;

/**
 * A key that is touched often.
 *
 * @param key its first {@link KeySketch#KEPT_KEY_BYTES} bytes
 * @param keyBytes how many it has in all
 * @param readsPerSecond at least so many, lately
 * @param writesPerSecond at least so many, lately
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HotKey(byte[] key, int keyBytes, double readsPerSecond, double writesPerSecond) {

  double perSecond() {
    return readsPerSecond + writesPerSecond;
  }
}
