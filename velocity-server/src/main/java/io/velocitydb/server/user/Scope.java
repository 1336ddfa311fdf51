package io.velocitydb.server.user;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.memory.Memory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A part of the data: one database or all of them, and in it the keys with one prefix or all.
 *
 * @param database its name, or empty for all
 * @param prefix what the keys begin with; empty for all
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Scope(String database, byte[] prefix) {

  /** Whether the keys of {@code name} are concerned at all. */
  public boolean concerns(String name) {
    return database.isEmpty() || database.equals(name);
  }

  /** Whether every key of {@code name} lies inside. */
  public boolean coversDatabase(String name) {
    return concerns(name) && prefix.length == 0;
  }

  /** Whether a key in native memory lies inside. */
  public boolean covers(String name, long keyAddress, int keyLength) {
    return concerns(name)
        && keyLength >= prefix.length
        && Memory.equal(keyAddress, prefix.length, prefix);
  }

  /** Whether the whole range lies inside. */
  public boolean covers(String name, KeyRange range) {
    if (!concerns(name)) {
      return false;
    }
    if (prefix.length == 0) {
      return true;
    }
    KeyRange all = KeyRange.prefix(prefix);
    boolean startInside = Arrays.compareUnsigned(range.start(), all.start()) >= 0;
    byte[] end = range.end();
    byte[] last = all.end();
    boolean endInside = last == null || (end != null && Arrays.compareUnsigned(end, last) <= 0);
    return startInside && endInside;
  }

  /**
   * What lies in one of these and in one of those, where an empty list is everything.
   *
   * @return empty also if they have nothing in common: then not both were empty
   */
  static List<Scope> intersection(List<Scope> these, List<Scope> those) {
    if (these.isEmpty() || those.isEmpty()) {
      return these.isEmpty() ? those : these;
    }
    return these.stream()
        .flatMap(one -> those.stream().flatMap(other -> one.intersection(other).stream()))
        .distinct()
        .toList();
  }

  private Optional<Scope> intersection(Scope other) {
    boolean sameDatabase = concerns(other.database) || other.concerns(database);
    byte[] longer = prefix.length > other.prefix.length ? prefix : other.prefix;
    byte[] shorter = prefix.length > other.prefix.length ? other.prefix : prefix;
    boolean samePrefix = Arrays.equals(longer, 0, shorter.length, shorter, 0, shorter.length);
    return sameDatabase && samePrefix
        ? Optional.of(new Scope(database.isEmpty() ? other.database : database, longer))
        : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scope scope
        && database.equals(scope.database)
        && Arrays.equals(prefix, scope.prefix);
  }

  @Override
  public int hashCode() {
    return database.hashCode() * 31 + Arrays.hashCode(prefix);
  }
}
