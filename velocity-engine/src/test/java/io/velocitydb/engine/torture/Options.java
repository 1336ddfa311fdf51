package io.velocitydb.engine.torture;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WalArchive;
import java.nio.file.Path;
import java.util.Random;

/** Random engine options, down to absurd ones, so that small runs see big events. */
final class Options {
  private static final int WAYS = EngineOptions.WalIo.values().length;

  private Options() {}

  private static long oneOf(Random random, long... values) {
    return values[random.nextInt(values.length)];
  }

  static EngineOptions random(Random random) {
    EngineOptions options = withoutArchive(random);
    return random.nextInt(3) > 0
        ? options
        : options.withWalArchive(
            new WalArchive(
                Path.of("/archive"), oneOf(random, 100, 5_000), oneOf(random, 300_000, 1 << 30)));
  }

  private static EngineOptions withoutArchive(Random random) {
    return EngineOptions.defaults()
        .withMemoryLimit(oneOf(random, 1, 32 << 10, 1 << 20, 8 << 20, 64 << 20))
        .withDurability(Durability.values()[random.nextInt(3)])
        .withSyncIntervalMs(oneOf(random, 1, 100, 1_000))
        .withMemtableBytes(oneOf(random, 2 << 10, 2 << 10, 8 << 10, 64 << 10, 0))
        .withBloomFalsePositiveRate(
            random.nextInt(4) == 0 ? 0.5 : random.nextBoolean() ? 0.01 : 0.0001)
        .withCompression(random.nextBoolean())
        .withCompactionThreshold((int) oneOf(random, 2, 3, 4, 8))
        .withBlockBytes((int) oneOf(random, 16, 128, 1024, 4096))
        .withWalSegmentBytes(oneOf(random, 4 << 10, 32 << 10, 64 << 10, 256 << 10))
        .withWalIo(EngineOptions.WalIo.values()[random.nextInt(WAYS)])
        .withBlobBytes((int) oneOf(random, 0, 16, 16, 200, 4096))
        .withBlobFileBytes(oneOf(random, 1, 1 << 10, 16 << 10, 1 << 20))
        .withAdaptiveCache(random.nextInt(4) > 0)
        .withTargetCacheHitRate(random.nextBoolean() ? 0.95 : 1e-9)
        .withTableFileBytes(oneOf(random, 1, 512, 4 << 10, 64 << 10, 32 << 20));
  }
}
