package io.velocitydb.server.limit;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The limits of a server, with the buckets that its connections share. Thread-safe. */
public final class RateLimits {
  /** The highest limit that can be set, in requests a second. */
  public static final int PER_SECOND_MAX = 100_000_000;

  private final int perUser;
  private final int perAddress;
  private final LongSupplier nanoTime;
  private final Buckets<String> users;
  private final Buckets<ClientNetwork> addresses;
  private final LongAdder refusedToUsers = new LongAdder();
  private final LongAdder refusedToAddresses = new LongAdder();

  /**
   * @param perUser requests a second of each user that has no limit of its own; 0 for any number
   * @param perAddress requests a second of each address; 0 for any number
   * @param nanoTime as {@link System#nanoTime}
   */
  public RateLimits(int perUser, int perAddress, LongSupplier nanoTime) {
    this.perUser = perUser;
    this.perAddress = perAddress;
    this.nanoTime = nanoTime;
    users = new Buckets<>(nanoTime);
    addresses = new Buckets<>(nanoTime);
  }

  /** Requests that were refused because their user sent too many. */
  public long refusedToUsers() {
    return refusedToUsers.sum();
  }

  /** Requests that were refused because their address sent too many. */
  public long refusedToAddresses() {
    return refusedToAddresses.sum();
  }

  int perUser() {
    return perUser;
  }

  int perAddress() {
    return perAddress;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  Buckets<String> users() {
    return users;
  }

  Buckets<ClientNetwork> addresses() {
    return addresses;
  }

  void countRefusedToUser() {
    refusedToUsers.increment();
  }

  void countRefusedToAddress() {
    refusedToAddresses.increment();
  }
}
