package io.velocitydb.server.limit;

import io.velocitydb.server.user.Principal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the limits let one connection do. Every request is taken from the bucket of its address and,
 * once that is known, of its user. Confined to the connection's event loop.
 */
public final class ConnectionRate {
  /** Why a request is refused. */
  public enum Whose {
    ADDRESS,
    USER
  }

  private final RateLimits limits;
  private @Nullable ClientNetwork address;
  private @Nullable TokenBucket ofAddress;
  private @Nullable Principal principal;
  private @Nullable String user;
  private @Nullable TokenBucket ofUser;
  private int userPerSecond;
  private long waitNanos;
  private Whose whose = Whose.ADDRESS;
  private boolean closed;

  public ConnectionRate(RateLimits limits) {
    this.limits = limits;
  }

  /** The connection is there, from this address. */
  public void opened(ClientNetwork from) {
    if (limits.perAddress() > 0) {
      address = from;
      ofAddress = limits.addresses().hold(from);
    }
  }

  /**
   * Takes a request.
   *
   * @param sender null while nobody is known
   * @return whether it may go on; if not, {@link #whose} and {@link #waitMs} say more
   */
  @SuppressWarnings("ReferenceEquality") // an equal one may be followed anew; asking is dearer
  public boolean take(@Nullable Principal sender) {
    if (sender != principal) {
      follow(sender);
    }
    TokenBucket addressBucket = ofAddress;
    TokenBucket userBucket = ofUser;
    if (addressBucket == null && userBucket == null) {
      return true;
    }
    long now = limits.nanoTime();
    if (addressBucket != null) {
      waitNanos = addressBucket.take(now, limits.perAddress());
      if (waitNanos > 0) {
        whose = Whose.ADDRESS;
        limits.countRefusedToAddress();
        return false;
      }
    }
    if (userBucket != null) {
      waitNanos = userBucket.take(now, userPerSecond);
      if (waitNanos > 0) {
        whose = Whose.USER;
        limits.countRefusedToUser();
        return false;
      }
    }
    return true;
  }

  /** Whose limit the request that was refused last has met. */
  public Whose whose() {
    return whose;
  }

  /** And how long it should wait, in milliseconds; at least 1. */
  public long waitMs() {
    return Math.ceilDiv(waitNanos, TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** And how many requests a second there may be. */
  public int perSecond() {
    return whose == Whose.USER ? userPerSecond : limits.perAddress();
  }

  /** Somebody else, or the same with other rights. */
  private void follow(@Nullable Principal sender) {
    principal = sender;
    String name = null;
    userPerSecond = 0;
    if (sender != null && !sender.isLocal()) {
      int own = sender.rateLimitPerSecond();
      userPerSecond = own > 0 ? own : limits.perUser();
      name = userPerSecond > 0 ? sender.name() : null;
    }
    if (user != null && !user.equals(name)) {
      limits.users().release(user);
      user = null;
      ofUser = null;
    }
    if (user == null && name != null && !closed) {
      user = name;
      ofUser = limits.users().hold(name);
    }
  }

  /** The connection is gone. */
  public void closed() {
    closed = true;
    follow(null);
    if (address != null) {
      limits.addresses().release(address);
      address = null;
      ofAddress = null;
    }
  }
}
