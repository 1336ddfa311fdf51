package io.velocitydb.engine.time;

/** The only source of time in the engine, so that tests can set it. Thread-safe. */
public interface Clock {
  /** Milliseconds since the Unix epoch by the machine's clock, which may be set back. */
  long wallMillis();

  /** Nanoseconds of a clock that never goes back; only differences mean something. */
  long nanoTime();

  /** The machine's clocks. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
