package io.velocitydb.client.command;

/**
 * The answer to COUNT.
 *
 * @param count the number of keys
 * @param exact false if it is an estimate
 */
public record CountResult(long count, boolean exact) {}
