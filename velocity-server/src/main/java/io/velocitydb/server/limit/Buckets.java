package io.velocitydb.server.limit;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of addresses or of users: one for all connections of each. When the last connection
 * ends its bucket stays for a while, so that nobody gets a full one by connecting again; of those
 * that nobody holds the longest unused go when there are too many. Thread-safe.
 *
 * @param <K> by what they are told apart
 */
final class Buckets<K> {
  /** Buckets that are kept though no connection holds them. */
  static final int UNUSED_MAX = 10_000;

  private static final class Held {
    private final TokenBucket bucket;
    private int holders;

    Held(TokenBucket bucket) {
      this.bucket = bucket;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<K, Held> held = new HashMap<>();
  private final Map<K, TokenBucket> unused =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, TokenBucket> eldest) {
          return size() > UNUSED_MAX;
        }
      };

  Buckets(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The bucket of a key, to be given back by {@link #release}. */
  synchronized TokenBucket hold(K key) {
    Held present = held.get(key);
    if (present == null) {
      @Nullable TokenBucket kept = unused.remove(key);
      present = new Held(kept == null ? new TokenBucket(nanoTime.getAsLong()) : kept);
      held.put(key, present);
    }
    present.holders++;
    return present.bucket;
  }

  /** One of its holders is gone. */
  synchronized void release(K key) {
    Held present = held.get(key);
    if (present == null) {
      throw new IllegalStateException("nobody holds the bucket of " + key);
    }
    present.holders--;
    if (present.holders == 0) {
      held.remove(key);
      unused.put(key, present.bucket);
    }
  }

  /** How many there are. */
  synchronized int size() {
    return held.size() + unused.size();
  }
}
