package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.config.Keys.Durability;
import java.util.List;
import java.util.Locale;

/**
 * One line of the comparison.
 *
 * @param depth requests that each connection has on their way
 * @param durability of both servers
 * @param targets what is asked of Velocity; none where it is measured to be known
 */
record Trial(Via via, Command command, int depth, Durability durability, List<Target> targets) {
  Trial {
    targets = List.copyOf(targets);
  }

  /** As {@code vproto-get-16-interval}. */
  String id() {
    return String.join(
        "-",
        via.label(),
        command.name().toLowerCase(Locale.ROOT).replace("_", ""),
        Integer.toString(depth),
        durability.name().toLowerCase(Locale.ROOT));
  }

  /** The plaintext trial that a TLS one is held against; itself for others. */
  String plaintextId() {
    return new Trial(via.tls() ? Via.VPROTO : via, command, depth, durability, targets).id();
  }

  /** Trials with the same ceiling: it knows no durability. */
  String ceilingId() {
    return via.label() + "-" + command + "-" + depth;
  }

  /** Whether {@code name} means this one: its id, or the beginning of it up to a hyphen. */
  boolean isNamed(String name) {
    return id().equals(name) || id().startsWith(name + "-");
  }
}
