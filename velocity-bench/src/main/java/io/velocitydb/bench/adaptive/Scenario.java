package io.velocitydb.bench.adaptive;

import java.util.List;

/** What happens to an engine one after the other. */
enum Scenario {
  /** Writes, then reads of what is a little more than a fixed cache holds, then writes again. */
  SHIFT(75),
  /** Reads and some writes all the time, of more than a fixed cache holds. */
  MIX(75),
  /** Only reads, all of them from a cache that holds everything as it is. */
  READ(40),
  /** Only writes. */
  WRITE(75),
  /** Reads of far more than the cache could ever hold. */
  LARGE(300);

  /** Data before compression, in percent of the memory limit. */
  final int dataPercent;

  Scenario(int dataPercent) {
    this.dataPercent = dataPercent;
  }

  List<Phase> phases() {
    return switch (this) {
      case SHIFT -> List.of(Phase.write(1), Phase.read(2), Phase.write(1));
      case MIX -> List.of(new Phase("mix", 80, 1));
      case READ, LARGE -> List.of(Phase.read(1));
      case WRITE -> List.of(Phase.write(1));
    };
  }

  int parts() {
    return phases().stream().mapToInt(Phase::parts).sum();
  }
}
