package io.velocitydb.server.resp;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where SCANs go on: Redis' cursors are numbers, ours are keys, so they are kept here. By any
 * connection of the same user one can be used, also twice. Of each user the latest are kept, and of
 * all users those who scanned last: who comes back too late begins again. Thread-safe.
 *
 * <p>Numbers stay below 2^53, which clients in JavaScript can hold.
 */
final class ScanCursors {
  /** Cursors of one user. */
  static final int PER_USER_MAX = 1_024;

  /** Bytes of the keys of one user's cursors. */
  static final long BYTES_PER_USER_MAX = 1 << 20;

  /** Users whose cursors are kept. */
  static final int USERS_MAX = 64;

  private static final long NUMBER_MAX = 1L << 53;

  /** A place in a database: behind this key. */
  @SuppressWarnings("ArrayRecordComponent") // read-only, never compared
  record Place(String database, byte[] lastKey) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<String, OfUser> users = new LinkedHashMap<>(16, 0.75f, true);

  private static final class OfUser {
    private final LinkedHashMap<Long, Place> places = new LinkedHashMap<>();
    private long bytes;

    void add(long number, Place place) {
      places.put(number, place);
      bytes += place.lastKey.length;
      while (places.size() > PER_USER_MAX || bytes > BYTES_PER_USER_MAX) {
        bytes -= places.pollFirstEntry().getValue().lastKey.length;
      }
    }
  }

  /** Keeps a place; the number to come back with, from 1. */
  synchronized long keep(String user, Place place) {
    OfUser own = users.computeIfAbsent(user, _ -> new OfUser());
    if (users.size() > USERS_MAX) {
      users.remove(users.keySet().iterator().next());
    }
    long number;
    do {
      number = random.nextLong(1, NUMBER_MAX);
    } while (own.places.containsKey(number));
    own.add(number, place);
    return number;
  }

  /** The place of a number; empty when it is not known, or not this user's. */
  synchronized Optional<Place> find(String user, long number) {
    OfUser own = users.get(user);
    return own == null ? Optional.empty() : Optional.ofNullable(own.places.get(number));
  }
}
