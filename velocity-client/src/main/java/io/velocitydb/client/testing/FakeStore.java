package io.velocitydb.client.testing;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.fbs.Condition;
import io.velocitydb.protocol.fbs.Expiry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One database in memory: entries with encoding, version and expiry, in the order of their keys.
 * Confined to the server's thread.
 */
final class FakeStore {

  /** What is stored under a key; {@code expiresAt} in Unix milliseconds, 0 for never. */
  static final class Stored {
    private final byte[] value;
    private final int encoding;
    private final long version;
    private final long expiresAt;

    Stored(byte[] value, int encoding, long version, long expiresAt) {
      this.value = value;
      this.encoding = encoding;
      this.version = version;
      this.expiresAt = expiresAt;
    }

    byte[] value() {
      return value;
    }

    int encoding() {
      return encoding;
    }

    long version() {
      return version;
    }

    long expiresAt() {
      return expiresAt;
    }
  }

  /** An expiry as requests tell it. */
  record ExpiryWish(int kind, long millis) {}

  private final LongSupplier clockMillis;
  private final LongSupplier versions;
  private final TreeMap<byte[], Stored> entries;

  FakeStore(LongSupplier clockMillis, LongSupplier versions) {
    this.clockMillis = clockMillis;
    this.versions = versions;
    this.entries = new TreeMap<>(Arrays::compareUnsigned);
  }

  private FakeStore(FakeStore other) {
    this.clockMillis = other.clockMillis;
    this.versions = other.versions;
    this.entries = new TreeMap<>(other.entries);
  }

  FakeStore copy() {
    return new FakeStore(this);
  }

  @Nullable Stored get(byte[] key) {
    Stored stored = entries.get(key);
    if (stored != null && stored.expiresAt != 0 && stored.expiresAt <= clockMillis.getAsLong()) {
      entries.remove(key);
      return null;
    }
    return stored;
  }

  long ttlMillis(Stored stored) {
    return stored.expiresAt == 0 ? 0 : stored.expiresAt - clockMillis.getAsLong();
  }

  boolean holds(byte[] key, int condition, long version) {
    Stored current = get(key);
    return switch (condition) {
      case Condition.IF_ABSENT -> current == null;
      case Condition.IF_PRESENT -> current != null;
      case Condition.IF_VERSION -> (current == null ? 0 : current.version) == version;
      default -> true;
    };
  }

  /** Stores and returns the new version. */
  long put(byte[] key, byte[] value, int encoding, ExpiryWish wish) {
    Stored current = get(key);
    long expiresAt = moment(wish, current == null ? 0 : current.expiresAt);
    long version = versions.getAsLong();
    entries.put(key, new Stored(value, encoding, version, expiresAt));
    get(key);
    return version;
  }

  boolean remove(byte[] key) {
    boolean existed = get(key) != null;
    entries.remove(key);
    return existed;
  }

  Stored increment(byte[] key, long delta, long initial, ExpiryWish whenCreated) {
    Stored current = get(key);
    long sum;
    try {
      long number =
          current == null
              ? initial
              : Long.parseLong(new String(current.value, StandardCharsets.US_ASCII));
      sum = Math.addExact(number, delta);
    } catch (NumberFormatException e) {
      throw new ProtocolException(ErrorCode.NOT_AN_INTEGER, "the value is not an integer");
    } catch (ArithmeticException e) {
      throw new ProtocolException(ErrorCode.OVERFLOW, "the sum does not fit 64 bits");
    }
    ExpiryWish wish = current == null ? whenCreated : new ExpiryWish(Expiry.KEEP, 0);
    put(key, Long.toString(sum).getBytes(StandardCharsets.US_ASCII), 1, wish);
    Stored stored = entries.get(key);
    return stored == null ? new Stored(new byte[0], 1, 0, 0) : stored;
  }

  Stored append(byte[] key, byte[] more, int encodingWhenCreated) {
    Stored current = get(key);
    byte[] old = current == null ? new byte[0] : current.value;
    byte[] all = Arrays.copyOf(old, old.length + more.length);
    System.arraycopy(more, 0, all, old.length, more.length);
    int encoding = current == null ? encodingWhenCreated : current.encoding;
    long version = put(key, all, encoding, new ExpiryWish(Expiry.KEEP, 0));
    return new Stored(all, encoding, version, 0);
  }

  /**
   * The entries from {@code start}, included, to {@code end}, excluded, or those with {@code
   * prefix}; a null bound is open.
   */
  NavigableMap<byte[], Stored> range(
      byte @Nullable [] start, byte @Nullable [] end, byte @Nullable [] prefix) {
    entries.keySet().stream().toList().forEach(this::get);
    byte[] from = prefix != null ? prefix : start;
    byte[] to = prefix != null ? after(prefix).orElse(null) : end;
    if (from != null && to != null && Arrays.compareUnsigned(from, to) >= 0) {
      return new TreeMap<>(entries.comparator());
    }
    NavigableMap<byte[], Stored> range = from == null ? entries : entries.tailMap(from, true);
    return to == null ? range : range.headMap(to, false);
  }

  /** The first key behind all that start with {@code prefix}; empty if there is none. */
  private static Optional<byte[]> after(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xFF) {
        byte[] next = Arrays.copyOf(prefix, i + 1);
        next[i]++;
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private long moment(ExpiryWish wish, long current) {
    return switch (wish.kind) {
      case Expiry.KEEP -> current;
      case Expiry.IN -> clockMillis.getAsLong() + wish.millis;
      case Expiry.AT -> wish.millis;
      default -> 0;
    };
  }
}
