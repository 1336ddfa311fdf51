package io.velocitydb.server.command;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What requests have in common, checked and turned into what the engine takes. Thread-safe. */
public final class RequestChecks {
  private final Limits limits;

  public RequestChecks(Limits limits) {
    this.limits = limits;
  }

  public Limits limits() {
    return limits;
  }

  /** That a key has a possible length and may be touched by the sender. */
  void key(Exchange exchange, OpenDatabase database, int position, int length) {
    keyAt(exchange, database, exchange.address(position), length);
  }

  /** The same for a key in native memory. */
  public void keyAt(Exchange exchange, OpenDatabase database, long address, int length) {
    if (length == 0) {
      throw new RequestException(ErrorCode.INVALID_COMMAND, "a key has at least one byte");
    }
    if (length > limits.maxKey()) {
      throw new RequestException(
          ErrorCode.TOO_LARGE, "a key has at most " + limits.maxKey() + " bytes, not " + length);
    }
    if (!exchange.principal().mayTouch(database.name(), address, length)) {
      throw outOfScope();
    }
    exchange.names(database, address, length);
  }

  /** The same, and a copy of it. */
  byte[] keyCopy(Exchange exchange, OpenDatabase database, int position, int length) {
    key(exchange, database, position, length);
    return Memory.bytes(exchange.address(position), length);
  }

  /** That a value is not too long. */
  public void value(int length) {
    if (length > limits.maxValue()) {
      throw new RequestException(
          ErrorCode.TOO_LARGE,
          "a value has at most " + limits.maxValue() + " bytes, not " + length);
    }
  }

  /** A range, all of which must be in the sender's scope: it is never cut down to it. */
  public KeyRange range(
      Exchange exchange,
      OpenDatabase database,
      byte @Nullable [] start,
      byte @Nullable [] end,
      byte @Nullable [] prefix) {
    if (prefix != null && (start != null || end != null)) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "a range has a prefix, or a start and an end, not both");
    }
    KeyRange range =
        prefix != null
            ? KeyRange.prefix(prefix)
            : new KeyRange(start == null ? new byte[0] : start, end);
    if (!exchange.principal().mayTouch(database.name(), range)) {
      throw outOfScope();
    }
    exchange.namesRange(database, range.start());
    return range;
  }

  /** A vector of bytes, copied; null when it is absent. */
  static byte @Nullable [] copy(Exchange exchange, int position, int length) {
    return position == 0 ? null : Memory.bytes(exchange.address(position), length);
  }

  /** Whether a range cannot hold anything. */
  public static boolean isEmpty(KeyRange range) {
    byte[] end = range.end();
    return end != null && Arrays.compareUnsigned(range.start(), end) >= 0;
  }

  /** A condition as the engine takes it. */
  static Condition condition(int kind, long version) {
    if (kind != io.velocitydb.protocol.fbs.Condition.IF_VERSION && version != 0) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "a version belongs to the condition IF_VERSION only");
    }
    return switch (kind) {
      case io.velocitydb.protocol.fbs.Condition.ALWAYS -> Condition.ALWAYS;
      case io.velocitydb.protocol.fbs.Condition.IF_ABSENT -> Condition.IF_ABSENT;
      case io.velocitydb.protocol.fbs.Condition.IF_PRESENT -> Condition.IF_PRESENT;
      default -> Condition.ifVersion(version);
    };
  }

  /** An expiry as the engine takes it. */
  static Expiry expiry(int kind, long ms) {
    return switch (kind) {
      case io.velocitydb.protocol.fbs.Expiry.NONE -> without(ms, Expiry.NONE);
      case io.velocitydb.protocol.fbs.Expiry.KEEP -> without(ms, Expiry.KEEP);
      case io.velocitydb.protocol.fbs.Expiry.IN -> expiryIn(ms);
      default -> {
        if (ms < 0 || ms > System.currentTimeMillis() + Limits.MAX_TTL_MS) {
          throw tooFar();
        }
        yield Expiry.at(ms);
      }
    };
  }

  /** An expiry after so many milliseconds. */
  public static Expiry expiryIn(long ms) {
    if (ms < 1 || ms > Limits.MAX_TTL_MS) {
      throw tooFar();
    }
    return Expiry.in(ms);
  }

  private static Expiry without(long ms, Expiry expiry) {
    if (ms != 0) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "expiry_ms belongs to the expiries IN and AT only");
    }
    return expiry;
  }

  private static RequestException tooFar() {
    return new RequestException(
        ErrorCode.INVALID_COMMAND, "an expiry lies at least 1 ms and at most 100 years ahead");
  }

  /** What is outside the sender's scopes is not told apart from what is not there. */
  public static RequestException outOfScope() {
    return new RequestException(
        ErrorCode.PERMISSION_DENIED, "that is outside the scopes of this user");
  }
}
