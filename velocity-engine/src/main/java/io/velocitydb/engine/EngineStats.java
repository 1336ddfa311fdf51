package io.velocitydb.engine;

import java.util.Map;

/**
 * Figures of an engine that belong to no single database.
 *
 * @param databases number of databases
 * @param memoryBytes bytes off the heap by what they are used for
 * @param memoryLimit bytes that they may reach together
 * @param diskFull whether writes are refused for want of space
 * @param unavailable databases whose files could not be opened, each with the reason and what to
 *     do; they can be verified and dropped
 * @param walIo how the logs are written; never {@code AUTO}
 * @param memorySplit who may have how much of the memory limit
 */
public record EngineStats(
    int databases,
    Map<String, Long> memoryBytes,
    long memoryLimit,
    boolean diskFull,
    Map<String, String> unavailable,
    EngineOptions.WalIo walIo,
    MemorySplit memorySplit) {
  public EngineStats {
    memoryBytes = Map.copyOf(memoryBytes);
    unavailable = Map.copyOf(unavailable);
  }
}
