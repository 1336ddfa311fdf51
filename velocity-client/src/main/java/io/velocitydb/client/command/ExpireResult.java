package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;

/**
 * The answer to EXPIRE.
 *
 * @param existed whether the key was there
 * @param applied whether its expiry was set: it was there and the condition held
 * @param version the version of the entry; {@link Version#ABSENT} if it is not there
 */
public record ExpireResult(boolean existed, boolean applied, Version version) {}
