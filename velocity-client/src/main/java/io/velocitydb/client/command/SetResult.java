package io.velocitydb.client.command;

import io.velocitydb.client.value.Version;
import java.util.Optional;

/**
 * The answer to SET.
 *
 * @param applied false if the condition did not hold; nothing was changed then
 * @param version the new version; if not applied, the current one
 * @param previous the entry that was there before, if it was asked for and there was one
 */
public record SetResult(boolean applied, Version version, Optional<Entry> previous) {}
