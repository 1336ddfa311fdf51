package io.velocitydb.client.admin;

import io.velocitydb.client.value.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A request that took the server long.
 *
 * @param began when the whole request was there
 * @param duration until its reply was
 * @param operation the command as V-Proto calls it, such as {@code MGET}
 * @param database that of its keys; empty if it names none
 * @param key its first key, or where its range begins: at most 128 bytes of it
 * @param keyBytes how many bytes that has in all
 * @param keys how many keys it names; a range names none
 * @param user who sent it; empty before authentication
 * @param address from where
 */
public record SlowOperation(
    Instant began,
    Duration duration,
    String operation,
    String database,
    Optional<Key> key,
    long keyBytes,
    long keys,
    String user,
    String address) {}
