package io.velocitydb.server.config;

import io.velocitydb.config.ConfigException;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Machine;
import io.velocitydb.config.MemoryPlan;
import io.velocitydb.config.Settings;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalRecovery;

/** What the engine is told of the settings. */
public final class EngineSettings {
  private EngineSettings() {}

  /**
   * How memory is divided on this machine.
   *
   * @throws ConfigException if it is too little
   */
  public static MemoryPlan memory(Settings settings) throws ConfigException {
    return MemoryPlan.of(Machine.current(), settings.get(Keys.MEMORY_LIMIT));
  }

  /** The engine's options. */
  public static EngineOptions options(Settings settings, MemoryPlan memory) {
    EngineOptions defaults = EngineOptions.defaults();
    return new EngineOptions(
        memory.database(),
        durability(settings),
        settings.get(Keys.SYNC_INTERVAL).toMillis(),
        settings.get(Keys.MAX_MEMTABLE_SIZE).orElse(0L),
        settings.get(Keys.BLOOM_FALSE_POSITIVE_RATE),
        settings.get(Keys.ENABLE_COMPRESSION),
        settings.get(Keys.COMPACTION_THRESHOLD),
        switch (settings.get(Keys.WAL_RECOVERY)) {
          case TAIL -> WalRecovery.TAIL;
          case SKIP -> WalRecovery.SKIP;
          case STRICT -> WalRecovery.STRICT;
        },
        defaults.blockBytes(),
        defaults.walSegmentBytes());
  }

  /** The durability of writes that do not say otherwise. */
  public static Durability durability(Settings settings) {
    return switch (settings.get(Keys.DURABILITY)) {
      case OS -> Durability.OS;
      case INTERVAL -> Durability.INTERVAL;
      case ALWAYS -> Durability.ALWAYS;
    };
  }
}
