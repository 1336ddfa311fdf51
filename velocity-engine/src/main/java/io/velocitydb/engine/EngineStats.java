package io.velocitydb.engine;

import java.util.Map;

/**
 * Figures of an engine that belong to no single database.
 *
 * @param databases number of databases
 * @param memoryBytes bytes off the heap by what they are used for
 * @param memoryLimit bytes that they may reach together
 * @param diskFull whether writes are refused for want of space
 */
public record EngineStats(
    int databases, Map<String, Long> memoryBytes, long memoryLimit, boolean diskFull) {
  public EngineStats {
    memoryBytes = Map.copyOf(memoryBytes);
  }
}
