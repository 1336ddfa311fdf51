package io.velocitydb.cli.transfer;

import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import java.time.Duration;
import java.util.Optional;

/**
 * What a line of a file says.
 *
 * @param ttl how long it is to live; empty: for ever
 */
record Item(Key key, Value value, Optional<Duration> ttl) {

  /** About how much it takes on its way. */
  int size() {
    return key.length() + value.length();
  }
}
