package io.velocitydb.server.slowlog;

import io.velocitydb.protocol.Opcode;

/**
 * A request that took long.
 *
 * @param atMs when it began, in milliseconds since the Unix epoch
 * @param nanos from the whole request to its reply
 * @param opcode what it was
 * @param database that of its keys; empty if it names none
 * @param key the first bytes of its first key, or of where its range begins
 * @param keyBytes how many bytes that key has in all
 * @param keys how many keys it names
 * @param user who sent it; empty if that was not known
 * @param address from where
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SlowOperation(
    long atMs,
    long nanos,
    Opcode opcode,
    String database,
    byte[] key,
    int keyBytes,
    int keys,
    String user,
    String address) {}
