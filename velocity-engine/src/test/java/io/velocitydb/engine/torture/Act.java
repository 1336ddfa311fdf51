package io.velocitydb.engine.torture;

/** What a run can do next, and how often it does so in each kind of run. */
enum Act {
  // weights in calm, crash, full and fault runs
  WRITE(30, 30, 30, 30),
  SUBMIT(10, 25, 0, 0),
  SIMPLE_WRITE(6, 4, 6, 6),
  GET(12, 6, 8, 8),
  READ(6, 2, 2, 2),
  MULTI_GET(8, 3, 3, 4),
  SCAN(8, 3, 4, 4),
  COUNT(3, 1, 1, 1),
  OPEN_SNAPSHOT(3, 1, 1, 1),
  READ_SNAPSHOT(6, 2, 2, 2),
  CLOSE_SNAPSHOT(2, 1, 1, 1),
  OPEN_CURSOR(4, 1, 1, 1),
  MOVE_CURSOR(10, 2, 2, 2),
  CLOSE_CURSOR(2, 1, 1, 1),
  CLOCK(5, 3, 2, 2),
  STEP(10, 10, 10, 10),
  FLUSH(2, 2, 2, 3),
  COMPACT(1, 1, 1, 1),
  VERIFY(1, 1, 1, 1),
  STATS(1, 1, 1, 1),
  MOVE_MEMORY(2, 2, 2, 2),
  CHECKPOINT(1, 1, 1, 2),
  CHECK_CHECKPOINT(1, 1, 1, 2),
  INGEST(1, 1, 1, 2),
  CREATE_DATABASE(1, 1, 1, 3),
  DROP_DATABASE(1, 1, 1, 3),
  REOPEN(1, 1, 1, 3),
  ARM_POWER_OFF(0, 4, 0, 0),
  CRASH(0, 4, 0, 0),
  LIMIT_DISK(0, 0, 3, 0),
  FREE_DISK(0, 0, 2, 0);

  /** Kinds of runs. */
  enum Profile {
    /** No faults: every answer is certain. */
    CALM,
    /** Power losses and kills at any moment. */
    CRASH,
    /** A disk that fills up. */
    FULL,
    /** File operations that fail. */
    FAULT
  }

  private final int calm;
  private final int crash;
  private final int full;
  private final int fault;

  Act(int calm, int crash, int full, int fault) {
    this.calm = calm;
    this.crash = crash;
    this.full = full;
    this.fault = fault;
  }

  int weight(Profile profile) {
    return switch (profile) {
      case CALM -> calm;
      case CRASH -> crash;
      case FULL -> full;
      case FAULT -> fault;
    };
  }
}
