package io.velocitydb.client.command;

import io.velocitydb.client.value.Key;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys by unsigned bytes: all, those with a prefix, or from a first key to before a last
 * one. Immutable.
 */
public final class KeyRange {

  private static final KeyRange ALL = new KeyRange(null, null, null);

  private final @Nullable Key start;
  private final @Nullable Key end;
  private final @Nullable Key prefix;

  private KeyRange(@Nullable Key start, @Nullable Key end, @Nullable Key prefix) {
    this.start = start;
    this.end = end;
    this.prefix = prefix;
  }

  /** Every key. */
  public static KeyRange all() {
    return ALL;
  }

  /** The keys that start with {@code prefix}; every key if it is empty. */
  public static KeyRange prefix(Key prefix) {
    return prefix.length() == 0 ? ALL : new KeyRange(null, null, prefix);
  }

  /** The keys that start with {@code prefix} in UTF-8. */
  public static KeyRange prefix(String prefix) {
    return prefix(Key.of(prefix));
  }

  /** The keys from {@code start} on, itself included. */
  public static KeyRange from(Key start) {
    return new KeyRange(start, null, null);
  }

  /** The keys before {@code end}, itself excluded. */
  public static KeyRange before(Key end) {
    return new KeyRange(null, end, null);
  }

  /** The keys from {@code start}, included, to {@code end}, excluded. */
  public static KeyRange between(Key start, Key end) {
    return new KeyRange(start, end, null);
  }

  /** The keys from {@code start}, included, to {@code end}, excluded, in UTF-8. */
  public static KeyRange between(String start, String end) {
    return between(Key.of(start), Key.of(end));
  }

  /** The first key of the range, if it has one. */
  public Optional<Key> start() {
    return Optional.ofNullable(start);
  }

  /** The key before which the range ends, if it does. */
  public Optional<Key> end() {
    return Optional.ofNullable(end);
  }

  /** What every key of the range starts with, if that is how the range was made. */
  public Optional<Key> prefix() {
    return Optional.ofNullable(prefix);
  }
}
