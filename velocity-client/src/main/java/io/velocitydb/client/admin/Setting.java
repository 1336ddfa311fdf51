package io.velocitydb.client.admin;

/**
 * A setting of the configuration in force.
 *
 * @param key such as {@code server.bind_address}
 * @param value as text; secrets are not told
 * @param source flag, environment, file or default
 * @param live whether it can change without a restart
 */
public record Setting(String key, String value, String source, boolean live) {}
