package io.velocitydb.server.resp;

import io.velocitydb.engine.Expiry;
import io.velocitydb.protocol.Limits;

/** Expiries as requests give them. */
final class Expiries {
  private static final long SECOND_MS = 1_000;

  /** A moment that is over: an entry that ends then is deleted. */
  private static final Expiry PAST = Expiry.at(1);

  private Expiries() {}

  /** Whether an argument says how the next one is to be read. */
  static boolean isUnit(RespRequest request, int argument) {
    return request.is(argument, "EX")
        || request.is(argument, "PX")
        || request.is(argument, "EXAT")
        || request.is(argument, "PXAT");
  }

  /**
   * EX, PX, EXAT or PXAT and the number behind it, which must be positive.
   *
   * @param command for the error
   */
  static Expiry of(RespRequest request, int unit, String command) {
    long number = request.number(unit + 1);
    if (number <= 0) {
      throw RespErrors.invalidExpiry(command);
    }
    boolean seconds = request.is(unit, "EX") || request.is(unit, "EXAT");
    boolean absolute = request.is(unit, "EXAT") || request.is(unit, "PXAT");
    long ms = milliseconds(number, seconds ? SECOND_MS : 1, command);
    if (!absolute) {
      return in(ms, command);
    }
    if (ms > System.currentTimeMillis() + Limits.MAX_TTL_MS) {
      throw RespErrors.invalidExpiry(command);
    }
    return Expiry.at(ms);
  }

  /** What EXPIRE and PEXPIRE are told; what is not in the future deletes. */
  static Expiry after(long number, long unitMs, String command) {
    long ms = milliseconds(number, unitMs, command);
    return ms <= 0 ? PAST : in(ms, command);
  }

  private static Expiry in(long ms, String command) {
    if (ms > Limits.MAX_TTL_MS) {
      throw RespErrors.invalidExpiry(command);
    }
    return Expiry.in(ms);
  }

  private static long milliseconds(long number, long unitMs, String command) {
    long ms = number * unitMs;
    if (ms / unitMs != number) {
      throw RespErrors.invalidExpiry(command);
    }
    return ms;
  }
}
