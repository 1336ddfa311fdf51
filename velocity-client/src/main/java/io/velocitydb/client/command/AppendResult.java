package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;

/**
 * The answer to APPEND.
 *
 * @param length the number of bytes of the whole value
 * @param version its version
 */
public record AppendResult(long length, Version version) {}
