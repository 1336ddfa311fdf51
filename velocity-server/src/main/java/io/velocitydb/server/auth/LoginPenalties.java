package io.velocitydb.server.auth;

import io.velocitydb.server.limit.ClientNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes addresses wait from which logins fail. Some failures are free; each further one doubles the
 * wait, from a second up to a bound. A success ends the wait and takes one failure back, so that
 * whoever has a password cannot guess at others for nothing; as long as that bound without a
 * failure clears an address. It never concerns an account: that would let anybody lock out anybody.
 *
 * <p>Addresses of IPv6 count by their first 64 bits, which one customer has to himself. The
 * addresses that are remembered are bounded; the one without a failure for longest is forgotten.
 * Thread-safe.
 */
public final class LoginPenalties {
  /** Addresses that are remembered. */
  static final int ADDRESSES_MAX = 10_000;

  private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int DOUBLINGS_MAX = 30;

  /** What is known of an address. */
  private record Failures(int count, long lastNanos, long waitNanos) {}

  private final int freeFailures;
  private final long longestWaitNanos;
  private final LongSupplier nanoTime;
  private final Map<ClientNetwork, Failures> byAddress =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientNetwork, Failures> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };

  /**
   * @param freeFailures after how many failures in a row an address has to wait
   * @param longestWait and how long at most
   */
  public LoginPenalties(int freeFailures, Duration longestWait, LongSupplier nanoTime) {
    this.freeFailures = freeFailures;
    longestWaitNanos = longestWait.toNanos();
    this.nanoTime = nanoTime;
  }

  /** How long the address has to wait before its next login, in milliseconds; 0 for not at all. */
  public synchronized long waitMs(@Nullable InetAddress address) {
    Failures failures = byAddress.get(ClientNetwork.of(address));
    if (failures == null) {
      return 0;
    }
    long left = failures.lastNanos + failures.waitNanos - nanoTime.getAsLong();
    return left <= 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
  }

  /** A login from the address failed. */
  public synchronized void failed(@Nullable InetAddress address) {
    ClientNetwork network = ClientNetwork.of(address);
    long now = nanoTime.getAsLong();
    Failures before = byAddress.remove(network);
    boolean forgotten =
        before == null || now - before.lastNanos - before.waitNanos > longestWaitNanos;
    int count = forgotten || before == null ? 1 : before.count + 1;
    long wait =
        count < freeFailures
            ? 0
            : Math.min(
                longestWaitNanos,
                FIRST_WAIT_NANOS << Math.min(DOUBLINGS_MAX, count - freeFailures));
    byAddress.put(network, new Failures(count, now, wait));
  }

  /** A login from the address succeeded. */
  public synchronized void succeeded(@Nullable InetAddress address) {
    byAddress.computeIfPresent(
        ClientNetwork.of(address),
        (_, failures) ->
            failures.count == 1 ? null : new Failures(failures.count - 1, failures.lastNanos, 0));
  }
}
