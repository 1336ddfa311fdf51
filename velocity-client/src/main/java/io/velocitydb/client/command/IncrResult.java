package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;

/**
 * The answer to INCR.
 *
 * @param value the number after the delta was added
 * @param version its version
 */
public record IncrResult(long value, Version version) {}
