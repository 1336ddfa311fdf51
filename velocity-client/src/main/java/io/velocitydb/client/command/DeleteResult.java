package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;
import java.util.Optional;

/**
 * The answer to DELETE.
 *
 * @param applied false if the condition did not hold or the key was not there; nothing was changed
 *     then
 * @param existed whether the key was there
 * @param version if not applied, the current version; otherwise {@link Version#ABSENT}
 * @param previous the entry that was there before, if it was asked for and there was one
 */
public record DeleteResult(
    boolean applied, boolean existed, Version version, Optional<Entry> previous) {}
