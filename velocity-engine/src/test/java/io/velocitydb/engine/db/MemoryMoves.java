package io.velocitydb.engine.db;

import io.velocitydb.engine.Engine;
import io.velocitydb.engine.tuning.Decision;
import io.velocitydb.engine.tuning.Decision.Direction;

/** Moves memory at moments at which no workload would have it moved. */
public final class MemoryMoves {
  private MemoryMoves() {}

  /** Moves some steps, if the engine may move memory at all; whether it may. */
  public static boolean move(Engine engine, boolean toBlocks, int steps) {
    EngineMemory memory = ((DirectoryEngine) engine).memory();
    if (!memory.adapts()) {
      return false;
    }
    memory.move(
        new Decision(toBlocks ? Direction.BLOCKS : Direction.MEMTABLES, steps, "for a test"));
    return true;
  }
}
