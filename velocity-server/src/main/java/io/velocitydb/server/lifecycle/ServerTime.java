package io.velocitydb.server.lifecycle;

import io.velocitydb.server.report.Ticker;
import java.util.function.LongSupplier;

/**
 * Time as a server sees it. Tests have their own.
 *
 * @param nanoTime as {@link System#nanoTime}
 * @param nowMs as {@link System#currentTimeMillis}
 * @param ticker of what it does again and again
 */
record ServerTime(LongSupplier nanoTime, LongSupplier nowMs, Ticker ticker) {

  /** The machine's. */
  static ServerTime system() {
    return new ServerTime(
        System::nanoTime, System::currentTimeMillis, Ticker.onThread("velocity-report"));
  }
}
