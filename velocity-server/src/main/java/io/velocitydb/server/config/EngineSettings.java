package io.velocitydb.server.config;

import io.velocitydb.config.ConfigException;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Machine;
import io.velocitydb.config.MemoryPlan;
import io.velocitydb.config.Settings;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.EngineOptions.WalRecovery;
import io.velocitydb.protocol.Limits;

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
    return EngineOptions.defaults()
        .withMemoryLimit(memory.database())
        .withDurability(durability(settings))
        .withSyncIntervalMs(settings.get(Keys.SYNC_INTERVAL).toMillis())
        .withMemtableBytes(settings.get(Keys.MAX_MEMTABLE_SIZE).orElse(0L))
        .withBloomFalsePositiveRate(settings.get(Keys.BLOOM_FALSE_POSITIVE_RATE))
        // What an append makes must still fit into the frame that answers a GET.
        .withMaxValueBytes(Math.toIntExact(Limits.DEFAULT.maxValue()))
        .withCompression(settings.get(Keys.ENABLE_COMPRESSION))
        .withCompactionThreshold(settings.get(Keys.COMPACTION_THRESHOLD))
        .withAdaptiveCache(settings.get(Keys.ADAPTIVE_CACHE))
        .withTargetCacheHitRate(settings.get(Keys.TARGET_CACHE_HIT_RATE))
        .withWalRecovery(
            switch (settings.get(Keys.WAL_RECOVERY)) {
              case TAIL -> WalRecovery.TAIL;
              case SKIP -> WalRecovery.SKIP;
              case STRICT -> WalRecovery.STRICT;
            })
        .withWalIo(
            switch (settings.get(Keys.WAL_IO)) {
              case AUTO -> WalIo.AUTO;
              case FILE -> WalIo.FILE;
              case MMAP -> WalIo.MMAP;
              case IO_URING -> WalIo.IO_URING;
            });
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
