package io.velocitydb.bench.adaptive;

/**
 * A part of a scenario.
 *
 * @param name for the table
 * @param readPercent of the operations; the rest are puts
 * @param parts of the time, relative to the other phases
 */
record Phase(String name, int readPercent, int parts) {
  static Phase write(int parts) {
    return new Phase("write", 0, parts);
  }

  static Phase read(int parts) {
    return new Phase("read", 100, parts);
  }
}
