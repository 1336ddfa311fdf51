package io.velocitydb.client.admin;

import io.velocitydb.client.value.Key;

/**
 * A key that is read or written often. Rates are those of about the last 10 to 20 seconds.
 *
 * @param key at most its first 128 bytes
 * @param keyBytes how many it has in all
 * @param readsPerSecond about so many at least
 * @param writesPerSecond about so many at least
 */
public record HotKey(Key key, long keyBytes, double readsPerSecond, double writesPerSecond) {}
