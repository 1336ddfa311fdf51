package io.velocitydb.client.command;

import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import io.velocitydb.client.value.Version;
import java.time.Duration;
import java.util.Optional;

/**
 * A key with what was stored under it when it was read.
 *
 * @param key the key
 * @param value the value; empty bytes in a scan of keys only
 * @param version for compare-and-set
 * @param ttl how long it had left to live when read, in milliseconds; empty if it does not expire
 */
public record Entry(Key key, Value value, Version version, Optional<Duration> ttl) {

  /** The value as text, whatever its encoding. */
  public String text() {
    return value.text();
  }

  /**
   * The value as {@code type}, read from JSON unless {@code type} is {@code String} or {@code
   * byte[]}.
   *
   * @throws IllegalStateException if the value is not of that shape
   */
  public <T> T as(Class<T> type) {
    return value.as(type);
  }
}
