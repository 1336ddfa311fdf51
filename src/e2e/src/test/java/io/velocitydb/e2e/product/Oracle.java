package io.velocitydb.e2e.product;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a database may hold after its server was killed, told by the one who wrote: for each key the
 * last value that was acknowledged, or one that was attempted after it. It stands outside the
 * server's process and knows nothing of files. An empty value is an absent key. Each key has one
 * writer at a time; thread safe.
 */
final class Oracle {

  private static final class History {
    private Optional<String> acknowledged = Optional.empty();
    private final List<Optional<String>> attempted = new ArrayList<>();

    boolean allows(Optional<String> found) {
      return acknowledged.equals(found) || attempted.contains(found);
    }
  }

  private final Map<String, History> keys = new TreeMap<>();
  private long acknowledgedWrites;

  /** To be told before a write is sent. */
  synchronized void attempt(String key, Optional<String> value) {
    keys.computeIfAbsent(key, k -> new History()).attempted.add(value);
  }

  /** The write was acknowledged: nothing older may come back. */
  synchronized void acknowledge(String key, Optional<String> value) {
    History history = history(key);
    history.acknowledged = value;
    history.attempted.clear();
    acknowledgedWrites++;
  }

  /** The last attempt was refused for certain. */
  synchronized void refuse(String key) {
    history(key).attempted.removeLast();
  }

  /**
   * What was found by a reader is there to stay: an attempt whose outcome nobody knew has been
   * decided.
   */
  synchronized void settle(String key, Optional<String> found) {
    acknowledge(key, found);
    acknowledgedWrites--;
  }

  /** Empty if the key may hold what was found, else what is wrong. */
  synchronized Optional<String> objection(String key, Optional<String> found) {
    History history = keys.get(key);
    if (history == null) {
      return found.map(value -> key + " was never written, but is " + value);
    }
    return history.allows(found)
        ? Optional.empty()
        : Optional.of(
            "%s is %s; acknowledged was %s, attempted after it %s"
                .formatted(key, found, history.acknowledged, history.attempted));
  }

  /** Every key that was ever attempted. */
  synchronized Set<String> keys() {
    return Set.copyOf(keys.keySet());
  }

  synchronized long acknowledgedWrites() {
    return acknowledgedWrites;
  }

  private History history(String key) {
    History history = keys.get(key);
    if (history == null) {
      throw new IllegalStateException(key + " was never attempted");
    }
    return history;
  }
}
