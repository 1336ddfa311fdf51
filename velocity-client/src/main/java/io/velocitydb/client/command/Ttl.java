package io.velocitydb.client.command;

import java.time.Duration;

/** How long a key has to live. */
public sealed interface Ttl {

  /** The key is not there. */
  record Missing() implements Ttl {}

  /** The key is there and does not expire. */
  record None() implements Ttl {}

  /**
   * The key is there and expires.
   *
   * @param remaining at least 1 ms
   */
  record Remaining(Duration remaining) implements Ttl {}
}
